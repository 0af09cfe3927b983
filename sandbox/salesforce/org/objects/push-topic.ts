import type { ObjectSpec } from './spec.ts';

export const pushTopic: ObjectSpec = {
  name: 'PushTopic',
  label: 'Push Topic',
  labelPlural: 'Push Topics',
  keyPrefix: '0IF',
  changeEvents: false,
  fields: `
Name        | string(25) required unique | Topic Name
Query       | string(1300) required | SOQL Query
ApiVersion  | double(3,1) required | API Version
IsActive    | boolean default=true | Is Active
NotifyForFields | picklist(40) restricted required | Notify For Fields | Referenced*; All; Select; Where
NotifyForOperations | picklist(40) restricted readonly | Notify For Operations | All; Create; Update; Extended
NotifyForOperationCreate   | boolean default=true | Create
NotifyForOperationUpdate   | boolean default=true | Update
NotifyForOperationDelete   | boolean default=true | Delete
NotifyForOperationUndelete | boolean default=true | Undelete
Description | string(400) | Description
system
`,
};
