import type { BehaviourChapter } from './behaviour.ts';

const REFERENCE = 'docs: Object Reference';
const ROWS = 'test/unit/sandbox/org/standard-rows.test.ts';
const DEFINITIONS = 'test/integration/sandbox/rest/definitions.test.ts';

export const objects: BehaviourChapter = {
  title: 'Standard objects and their rows',
  behaviours: [
    {
      name: 'Fields, types and relationships of the standard objects',
      status: 'partly',
      missing:
        'fields of features (portals, entitlements, D&B …), most UserPreferences and Permissions fields, CampaignMember’s copies of its lead or contact, counts of a Campaign: INVALID_FIELD',
      evidence:
        'captured describe of a developer org, as jsforce’s types have it; Object Reference',
      test: 'test/unit/sandbox/org/as-others-know-them.test.ts',
    },
    {
      name: 'Organization: one row, under the org’s id',
      status: 'simulated',
      evidence: `${REFERENCE}; simple-salesforce, sf`,
      test: ROWS,
    },
    {
      name: 'Profile, with the permission set that each owns; User.ProfileId; the group of all internal users',
      status: 'partly',
      missing: 'five of Salesforce’s profiles are there; they can’t be made or deleted by the API',
      evidence: REFERENCE,
      test: ROWS,
    },
    {
      name: 'OpportunityHistory: a row whenever stage, amount, close date, probability or forecast change',
      status: 'simulated',
      evidence: REFERENCE,
      test: ROWS,
    },
    {
      name: 'ContentVersion makes ContentDocument and ContentDocumentLink; versions count up; size, type, MD5',
      status: 'partly',
      missing: 'libraries, deliveries, previews; a link gives nobody access to the file',
      evidence: REFERENCE,
      test: ROWS,
    },
    {
      name: 'Files as base64 or multipart/form-data; VersionData and Body downloaded from their own addresses',
      status: 'partly',
      missing: 'files in collections and in Bulk jobs; 150 MB in one request',
      evidence: 'docs: REST API Developer Guide (Insert or Update Blob Data)',
      test: 'test/integration/sandbox/rest/files.test.ts',
    },
    {
      name: 'EntityDefinition, FieldDefinition and EntityParticle, by REST and Tooling queries',
      status: 'partly',
      missing:
        'some columns (INVALID_FIELD); ids are durable ids; Salesforce’s limits of what these queries may filter and count by',
      evidence: 'docs: Tooling API (EntityDefinition); Airbyte',
      test: DEFINITIONS,
    },
    {
      name: 'Several currencies (feature MultiCurrency): CurrencyIsoCode, CurrencyType',
      status: 'partly',
      missing:
        'five currencies, USD is the corporate one; currencies can’t be added; amounts are not converted; no dated rates',
      evidence: REFERENCE,
      test: ROWS,
    },
    {
      name: 'Person accounts (feature PersonAccounts): an account with a last name, its contact, Person fields, and the events of both',
      status: 'partly',
      missing:
        'the record type doesn’t decide, the last name does; custom fields of contacts (`__pc`); the contact changed by itself; which bit of changedFields tells a part of the name is unverified',
      evidence: `${REFERENCE}; captured schema of AccountChangeEvent`,
      test: 'test/unit/sandbox/events/person-accounts.test.ts',
    },
    {
      name: 'Names of headers as Salesforce spells them',
      status: 'simulated',
      evidence: 'client: airbyte-source-salesforce compares them letter by letter',
      test: 'test/integration/sandbox/rest/header-case.test.ts',
    },
  ],
};
