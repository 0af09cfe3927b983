/** Creates, changes and deletes the records that configure events, from `FullName` and `Metadata` as clients send them. */
import type { ChannelSpec } from '../../events/channel-config.ts';
import type { ManagedSubscriptionSpec } from '../../events/managed-subscriptions.ts';
import { SalesforceError } from '../../org/types.ts';
import type { JsonValues } from '../../org/types.ts';
import { isObject, notFound, valueOf } from '../api.ts';
import type { EventConfiguration } from './rows.ts';

/** How one object's records are written; `update` takes a whole definition, as Salesforce asks for. */
export interface ToolingWriter {
  /** Answers the id. */
  readonly create: (config: EventConfiguration, body: JsonValues) => string;
  readonly update: (config: EventConfiguration, id: string, body: JsonValues) => void;
  readonly remove: (config: EventConfiguration, id: string) => void;
}

const channel: ToolingWriter = {
  create: ({ channelConfig }, body) => {
    const { channelType, label } = channelOf(body);
    return channelConfig.createChannel({ fullName: fullNameOf(body), channelType, label }).id;
  },
  update: ({ channelConfig }, id, body) => {
    const { channelType, label } = channelOf(body);
    unchanged('channelType', channelType, channelConfig.channel(id)?.channelType);
    channelConfig.updateChannel(id, { label });
  },
  remove: ({ channelConfig }, id) => channelConfig.deleteChannel(id),
};

const member: ToolingWriter = {
  create: ({ channelConfig }, body) => {
    fullNameOf(body);
    return channelConfig.createMember(memberOf(body)).id;
  },
  update: ({ channelConfig }, id, body) => {
    const { eventChannel, selectedEntity, ...changes } = memberOf(body);
    const before = channelConfig.member(id);
    if (before === undefined) throw notFound();
    const named = channelConfig.channel(eventChannel)?.fullName ?? eventChannel;
    unchanged('eventChannel', named, before.eventChannel);
    unchanged('selectedEntity', selectedEntity, before.selectedEntity);
    channelConfig.updateMember(id, changes);
  },
  remove: ({ channelConfig }, id) => channelConfig.deleteMember(id),
};

const managedSubscription: ToolingWriter = {
  create: ({ managed }, body) =>
    managed.create({ developerName: fullNameOf(body), ...subscriptionOf(body) }).id,
  update: ({ managed }, id, body) => {
    const { topicName, ...changes } = subscriptionOf(body);
    unchanged('topicName', topicName, managed.byId(id)?.topicName);
    managed.update(id, changes);
  },
  remove: ({ managed }, id) => managed.delete(id),
};

/** By object; what isn't here can only be read. */
export const WRITERS: Readonly<Record<string, ToolingWriter>> = {
  PlatformEventChannel: channel,
  PlatformEventChannelMember: member,
  ManagedEventSubscription: managedSubscription,
};

function channelOf(body: JsonValues): Pick<ChannelSpec, 'channelType' | 'label'> {
  const metadata = metadataOf(body);
  // What is neither is refused by the channel's own check, with the value in the message.
  const channelType = required(metadata, 'channelType') as ChannelSpec['channelType'];
  return { channelType, label: required(metadata, 'label') };
}

function memberOf(body: JsonValues) {
  const metadata = metadataOf(body);
  const fields = valueOf(metadata, 'enrichedFields') ?? [];
  if (!Array.isArray(fields)) throw invalid('enrichedFields', 'a list of {"name": …} is needed');
  const filter = valueOf(metadata, 'filterExpression') ?? null;
  if (filter !== null && typeof filter !== 'string') throw invalid('filterExpression', 'no text');
  return {
    eventChannel: required(metadata, 'eventChannel'),
    selectedEntity: required(metadata, 'selectedEntity'),
    filterExpression: filter === '' ? null : filter,
    enrichedFields: fields.map((each: unknown) => required(isObject(each) ? each : {}, 'name')),
  };
}

function subscriptionOf(body: JsonValues): Omit<ManagedSubscriptionSpec, 'developerName'> {
  const metadata = metadataOf(body);
  type Spec = ManagedSubscriptionSpec;
  return {
    label: required(metadata, 'label'),
    topicName: required(metadata, 'topicName'),
    // Other words are refused by the subscription's own check, as above.
    defaultReplay: required(metadata, 'defaultReplay') as Spec['defaultReplay'],
    errorRecoveryReplay: required(metadata, 'errorRecoveryReplay') as Spec['errorRecoveryReplay'],
    state: required(metadata, 'state') as Spec['state'],
  };
}

function metadataOf(body: JsonValues): JsonValues {
  const metadata = valueOf(body, 'Metadata');
  if (isObject(metadata)) return metadata;
  throw missing('Metadata');
}

function fullNameOf(body: JsonValues): string {
  return required(body, 'FullName');
}

function required(json: JsonValues, name: string): string {
  const value = valueOf(json, name);
  if (typeof value === 'string' && value !== '') return value;
  throw missing(name);
}

function unchanged(field: string, after: string, before: string | undefined): void {
  if (before === undefined) throw notFound();
  if (after.toLowerCase() !== before.toLowerCase()) {
    throw invalid(field, `${before} can't be changed to ${after}`);
  }
}

function missing(field: string): SalesforceError {
  const message = `Required fields are missing: [${field}]`;
  return new SalesforceError(400, 'REQUIRED_FIELD_MISSING', message, [field]);
}

function invalid(field: string, problem: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', `${field}: ${problem}.`, [field]);
}
