/** The objects of the Tooling API that are here: those that configure event channels. */
import { standardObject } from '../../org/objects/spec.ts';
import type { ObjectSpec } from '../../org/objects/spec.ts';
import type { ObjectDef } from '../../org/types.ts';

const NAMED = `
DeveloperName   | string(80) required | Name
MasterLabel     | string(255) required | Label
Language        | picklist(40) required | Master Language | en_US*
NamespacePrefix | string(15) readonly | Namespace Prefix
ManageableState | picklist(40) readonly | Manageable State | unmanaged*
FullName        | string(255) | Full Name
Metadata        | textarea(131072) | Metadata`;

const channel: ObjectSpec = {
  name: 'PlatformEventChannel',
  label: 'Platform Event Channel',
  labelPlural: 'Platform Event Channels',
  keyPrefix: '0YL',
  fields: `${NAMED}
ChannelType | picklist(40) restricted required | Channel Type | data; event`,
};

const member: ObjectSpec = {
  name: 'PlatformEventChannelMember',
  label: 'Platform Event Channel Member',
  labelPlural: 'Platform Event Channel Members',
  keyPrefix: '0v8',
  fields: `${NAMED}
EventChannel     | string(255) required | Event Channel
SelectedEntity   | string(255) required | Selected Entity
FilterExpression | textarea(131072) | Filter Expression`,
};

const enrichedField: ObjectSpec = {
  name: 'EnrichedField',
  label: 'Enriched Field',
  labelPlural: 'Enriched Fields',
  keyPrefix: '0v9',
  fields: `
ChannelMemberId | reference(PlatformEventChannelMember) required | Platform Event Channel Member ID
Field           | string(255) required | Field`,
};

const managedSubscription: ObjectSpec = {
  name: 'ManagedEventSubscription',
  label: 'Managed Event Subscription',
  labelPlural: 'Managed Event Subscriptions',
  keyPrefix: '18x',
  fields: `${NAMED}
TopicName           | string(255) required | Topic Name
DefaultReplay       | picklist(40) restricted required | Default Replay | LATEST; EARLIEST
ErrorRecoveryReplay | picklist(40) restricted required | Error Recovery Replay | LATEST; EARLIEST
State               | picklist(40) restricted required | State | RUN; STOP
Version             | double(3,1) | Version`,
};

/** In the order of describe global. */
export const TOOLING_OBJECTS: readonly ObjectDef[] = [
  enrichedField,
  managedSubscription,
  channel,
  member,
].map((spec) => standardObject({ ...spec, changeEvents: false }, new Set()));
