/** Notes, comments and files. */
import { READ_ONLY } from './spec.ts';
import type { ObjectSpec } from './spec.ts';

const NOTED = 'Account,Asset,Contact,Contract,Lead,Opportunity,Order,Product2,Quote';
const PARENTS = `${NOTED},Campaign,Case`;

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
ParentId        | reference(${NOTED}) required createonly cascade | Parent ID
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
Body            | base64 required | Body
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
  abilities: { createable: false },
  fields: `
system
IsArchived      | boolean readonly | Is Archived
ArchivedById    | reference(User) readonly unnamed | User ID
ArchivedDate    | date readonly | Archived Date
OwnerId         | reference(User) required | Owner ID
Title           | string(255) required | Title
PublishStatus   | picklist(40) restricted readonly required | Publish Status | P*; R; U
Description     | textarea(1000) | Description
ContentSize     | int(9) readonly | Size
FileType        | string(20) readonly | File Type
FileExtension   | string(40) readonly | File Extension
ContentModifiedDate | datetime readonly | Content Modified Date
LatestPublishedVersionId | reference(ContentVersion) readonly | Latest Published Version ID
LastViewedDate  | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
SharingOption   | picklist(40) restricted | Sharing Option | A*; R
SharingPrivacy  | picklist(40) restricted | Sharing Privacy | N*; P
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
FileType        | string(20) readonly required | File Type
VersionData     | base64 | Version Data
ContentSize     | int(9) readonly | Size
FileExtension   | string(40) readonly | File Extension
FirstPublishLocationId | reference(User,Account,Asset,Campaign,Case,Contact,Contract,Lead,Opportunity,Order,Product2,Quote) createonly | First Publish Location ID
Checksum        | string(50) readonly | Checksum
PublishStatus   | picklist(40) restricted readonly required | Publish Status | P*; R; U
ContentModifiedDate | datetime readonly | Content Modified Date
ContentModifiedById | reference(User) readonly | User ID
ContentLocation | picklist(40) restricted createonly required | Content Location | S*; E; L
SharingOption   | picklist(40) restricted | Sharing Option | A*; R
SharingPrivacy  | picklist(40) restricted | Sharing Privacy | N*; P
TextPreview     | string(255) readonly | Text Preview
IsMajorVersion  | boolean | Major Version
IsAssetEnabled  | boolean createonly | Asset File Enabled
Origin          | picklist(40) restricted createonly required | Content Origin | C*; H
`,
};

/** Where a file is shown: its owner has one link, each record that it is shared with another. */
export const contentDocumentLink: ObjectSpec = {
  name: 'ContentDocumentLink',
  label: 'Content Document Link',
  labelPlural: 'Content Document Link',
  keyPrefix: '06A',
  changeEvents: false,
  abilities: { searchable: false },
  fields: `
LinkedEntityId  | reference(${PARENTS},Task,Event,User,Group,Organization) required createonly cascade | Linked Entity ID
ContentDocumentId | reference(ContentDocument) required createonly cascade | ContentDocument ID
SystemModstamp  | datetime readonly required leftout | System Modstamp
ShareType       | picklist(40) restricted | Share Type | V*; C; I
Visibility      | picklist(40) restricted | Visibility | AllUsers*; InternalUsers; SharedUsers
`,
};

export const folder: ObjectSpec = {
  name: 'Folder',
  label: 'Folder',
  labelPlural: 'Folders',
  keyPrefix: '00l',
  changeEvents: false,
  abilities: { ...READ_ONLY, undeletable: false, searchable: false },
  fields: `
Name            | string(40) | Name
DeveloperName   | string(80) | Folder Unique Name
AccessType      | picklist(40) restricted required | Access Type | Shadow; Public*; Hidden; PublicInternal
IsReadonly      | boolean | Read Only
Type            | picklist(40) restricted required | Type | Document*; Email; Report; Dashboard
NamespacePrefix | string(15) readonly | Namespace Prefix
system
`,
};

export const document: ObjectSpec = {
  name: 'Document',
  label: 'Document',
  labelPlural: 'Documents',
  keyPrefix: '015',
  changeEvents: false,
  fields: `
FolderId        | reference(Folder,User) required | Folder ID
Name            | string(255) required | Document Name
DeveloperName   | string(80) | Document Unique Name
NamespacePrefix | string(15) readonly | Namespace Prefix
ContentType     | string(120) | MIME Type
Type            | string(40) | File Extension
IsPublic        | boolean | Externally Available
BodyLength      | int(9) readonly | Body Length
Body            | base64 | Body
Url             | url(2000) | Url
Description     | string(255) | Description
Keywords        | string(255) | Keywords
IsInternalUseOnly | boolean | Internal Use Only
AuthorId        | reference(User) | Author ID
system
IsBodySearchable | boolean readonly | Document Content Searchable
LastViewedDate  | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};
