import type { ObjectSpec } from './spec.ts';

export const streamingChannel: ObjectSpec = {
  name: 'StreamingChannel',
  label: 'Streaming Channel',
  labelPlural: 'Streaming Channels',
  keyPrefix: '0M6',
  changeEvents: false,
  fields: `
Name        | string(255) required unique | Streaming Channel Name
Description | string(255) | Description
IsDynamic   | boolean readonly | Is Dynamic
OwnerId     | reference(User) required | Owner ID
system
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};
