import type { ObjectSpec } from './spec.ts';

export const event: ObjectSpec = {
  name: 'Event',
  label: 'Event',
  labelPlural: 'Events',
  keyPrefix: '00U',
  fields: `
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
WhoId           | reference(Contact,Lead) cascade | Name ID
WhatId          | reference(Account,Opportunity,Case,Order,Product2) cascade | Related To ID
Subject         | combobox(255) | Subject | Call; Email; Meeting; Send Letter/Quote; Other
Location        | string(255) | Location
IsAllDayEvent   | boolean | All-Day Event
ActivityDateTime | datetime | Due Date Time
ActivityDate    | date | Due Date Only
DurationInMinutes | int(8) | Duration
StartDateTime   | datetime | Start Date Time
EndDateTime     | datetime | End Date Time
EndDate         | date readonly leftout | End Date
Description     | textarea(32000) | Description
AccountId       | reference(Account) readonly | Account ID
OwnerId         | reference(User) required | Assigned To ID
IsPrivate       | boolean | Private
ShowAs          | picklist(40) restricted | Show Time As | Busy*; OutOfOffice; Free
IsChild         | boolean readonly leftout | Is Child
IsGroupEvent    | boolean readonly leftout | Is Group Event
GroupEventType  | picklist(40) restricted readonly | Group Event Type | 0; 1; 2; 3
system
IsArchived      | boolean readonly leftout | Archived
RecurrenceActivityId | reference(Event) readonly unnamed | Recurrence Activity ID
IsRecurrence    | boolean createonly | Create Recurring Series of Events
ReminderDateTime | datetime | Reminder Date/Time
IsReminderSet   | boolean | Reminder Set
EventSubtype    | picklist(40) restricted createonly | Event Subtype | Event*
`,
};
