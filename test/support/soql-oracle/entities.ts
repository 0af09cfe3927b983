import type { Entity } from './model.ts';

const owned = { OwnerId: 'id', CreatedDate: 'datetime' } as const;
const owner = { Owner: ['OwnerId', 'User'] } as const;

/** What the generated queries ask for. */
export const ENTITIES: Readonly<Record<string, Entity>> = {
  Account: {
    name: 'Account',
    fields: {
      Id: 'id',
      Name: 'text',
      Industry: 'text',
      BillingCity: 'text',
      AnnualRevenue: 'number',
      NumberOfEmployees: 'number',
      Since__c: 'date',
      Active__c: 'boolean',
      Tags__c: 'multi',
      Ext__c: 'text',
      ParentId: 'id',
      ...owned,
    },
    parents: { Parent: ['ParentId', 'Account'], ...owner },
    children: {
      Contacts: ['Contact', 'AccountId'],
      Opportunities: ['Opportunity', 'AccountId'],
      ChildAccounts: ['Account', 'ParentId'],
    },
  },
  Contact: {
    name: 'Contact',
    fields: {
      Id: 'id',
      LastName: 'text',
      FirstName: 'text',
      Email: 'text',
      Birthdate: 'date',
      AccountId: 'id',
      ...owned,
    },
    parents: { Account: ['AccountId', 'Account'], ...owner },
    children: {},
  },
  Opportunity: {
    name: 'Opportunity',
    fields: {
      Id: 'id',
      Name: 'text',
      StageName: 'text',
      Amount: 'number',
      CloseDate: 'date',
      AccountId: 'id',
      ...owned,
    },
    parents: { Account: ['AccountId', 'Account'], ...owner },
    children: {},
  },
  Task: {
    name: 'Task',
    fields: { Id: 'id', Subject: 'text', ActivityDate: 'date', WhatId: 'id' },
    parents: { What: ['WhatId', 'Name'] },
    children: {},
  },
  User: {
    name: 'User',
    fields: { Id: 'id', Username: 'text', Alias: 'text', IsActive: 'boolean' },
    parents: {},
    children: {},
  },
  Name: {
    name: 'Name',
    fields: { Id: 'id', Name: 'text', Type: 'text' },
    parents: {},
    children: {},
  },
};
