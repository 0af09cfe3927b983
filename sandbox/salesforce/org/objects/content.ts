/** Notes, comments and files by what describes them; the sandbox keeps no file bodies. */
import type { ObjectSpec } from './spec.ts';

const PARENTS =
  'Account,Asset,Campaign,Case,Contact,Contract,Lead,Opportunity,Order,Product2,Quote';

export const caseComment: ObjectSpec = {
  name: 'CaseComment',
  label: 'Case Comment',
  labelPlural: 'Case Comments',
  keyPrefix: '00a',
  changeEvents: false,
  fields: `
ParentId        | reference(Case) required createonly cascade | Parent ID
IsPublished     | boolean | Published
CommentBody     | textarea(4000) | Body
CreatedById     | reference(User) readonly required | Created By ID
CreatedDate     | datetime readonly required | Created Date
SystemModstamp  | datetime readonly required leftout | System Modstamp
LastModifiedDate | datetime readonly required | Last Modified Date
LastModifiedById | reference(User) readonly required | Last Modified By ID
`,
};

export const note: ObjectSpec = {
  name: 'Note',
  label: 'Note',
  labelPlural: 'Notes',
  keyPrefix: '002',
  changeEvents: false,
  fields: `
ParentId        | reference(${PARENTS}) required createonly cascade | Parent ID
Title           | string(80) required | Title
IsPrivate       | boolean | Private
Body            | textarea(32000) | Body
OwnerId         | reference(User) required | Owner ID
system
`,
};

export const attachment: ObjectSpec = {
  name: 'Attachment',
  label: 'Attachment',
  labelPlural: 'Attachments',
  keyPrefix: '00P',
  changeEvents: false,
  fields: `
ParentId        | reference(${PARENTS},Task,Event) required createonly cascade | Parent ID
Name            | string(255) required | File Name
IsPrivate       | boolean | Private
ContentType     | string(120) | Content Type
BodyLength      | int(9) readonly | Body Length
OwnerId         | reference(User) required | Owner ID
system
Description     | string(500) | Description
`,
};

export const contentDocument: ObjectSpec = {
  name: 'ContentDocument',
  label: 'Content Document',
  labelPlural: 'Content Documents',
  keyPrefix: '069',
  changeEvents: false,
  fields: `
system
IsArchived      | boolean readonly | Is Archived
ArchivedDate    | date readonly | Archived Date
OwnerId         | reference(User) required | Owner ID
Title           | string(255) required | Title
PublishStatus   | picklist(40) restricted readonly | Publish Status | P*; R; U
Description     | textarea(1000) | Description
ContentSize     | int(9) readonly | Size
FileType        | string(20) readonly | File Type
FileExtension   | string(40) readonly | File Extension
ContentModifiedDate | datetime readonly | Content Modified Date
`,
};

export const contentVersion: ObjectSpec = {
  name: 'ContentVersion',
  label: 'Content Version',
  labelPlural: 'Content Versions',
  keyPrefix: '068',
  changeEvents: false,
  fields: `
ContentDocumentId | reference(ContentDocument) createonly cascade | ContentDocument ID
IsLatest        | boolean readonly | Is Latest
ContentUrl      | url(1300) | Content URL
VersionNumber   | string(20) readonly | Version Number
Title           | string(255) required | Title
Description     | textarea(1000) | Description
ReasonForChange | string(1000) | Reason For Change
PathOnClient    | string(500) createonly | Path On Client
OwnerId         | reference(User) required | Owner ID
system
TagCsv          | textarea(2000) | Tags
FileType        | string(20) readonly | File Type
ContentSize     | int(9) readonly | Size
FileExtension   | string(40) readonly | File Extension
Checksum        | string(50) readonly | Checksum
Origin          | picklist(40) restricted createonly | Content Origin | C*; H
`,
};
