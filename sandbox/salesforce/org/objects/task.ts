import type { ObjectSpec } from './spec.ts';

export const task: ObjectSpec = {
  name: 'Task',
  label: 'Task',
  labelPlural: 'Tasks',
  keyPrefix: '00T',
  fields: `
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
WhoId           | reference(Contact,Lead) cascade | Name ID
WhatId          | reference(Account,Opportunity,Case,Order,Product2) cascade | Related To ID
Subject         | combobox(255) | Subject | Call; Email; Send Letter; Send Quote; Other
ActivityDate    | date | Due Date Only
Status          | picklist(255) required | Status | Not Started*; In Progress; Completed; Waiting on someone else; Deferred
Priority        | picklist(255) required | Priority | High; Normal*; Low
IsHighPriority  | boolean readonly | High Priority
OwnerId         | reference(User,Group) required | Assigned To ID
Description     | textarea(32000) | Description
AccountId       | reference(Account) readonly | Account ID
IsClosed        | boolean readonly | Closed
system
IsArchived      | boolean readonly leftout | Archived
CallDurationInSeconds | int(8) | Call Duration
CallType        | picklist(40) restricted | Call Type | Internal; Inbound; Outbound
CallDisposition | string(255) | Call Result
CallObject      | string(255) | Call Object Identifier
ReminderDateTime | datetime | Reminder Date/Time
IsReminderSet   | boolean | Reminder Set
RecurrenceActivityId | reference(Task) readonly unnamed | Recurrence Activity ID
IsRecurrence    | boolean createonly | Create Recurring Series of Tasks
RecurrenceStartDateOnly | date | Recurrence Start
RecurrenceEndDateOnly | date | Recurrence End
RecurrenceType  | picklist(40) restricted | Recurrence Type | RecursDaily; RecursEveryWeekday; RecursMonthly; RecursMonthlyNth; RecursWeekly; RecursYearly; RecursYearlyNth
RecurrenceInterval | int(9) | Recurrence Interval
TaskSubtype     | picklist(40) restricted createonly | Task Subtype | Task*; Email; ListEmail; Cadence; Call; LinkedIn
CompletedDateTime | datetime readonly | Completed Date
`,
};
