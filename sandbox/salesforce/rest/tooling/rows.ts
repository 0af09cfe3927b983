/** The records that configure events, as rows of the Tooling API's objects. `Metadata` is JSON until it is shown. */
import type { ChannelConfig, ChannelRecord, MemberRecord } from '../../events/channel-config.ts';
import type {
  ManagedSubscription,
  ManagedSubscriptions,
} from '../../events/managed-subscriptions.ts';
import { makeId } from '../../org/ids.ts';
import type { RecordValues } from '../../org/types.ts';

/** What of the events can be configured. */
export interface EventConfiguration {
  readonly channelConfig: ChannelConfig;
  readonly managed: ManagedSubscriptions;
}

/** All records of an object, the number of the API's version among what some of them tell. */
export function rowsOf(
  { channelConfig, managed }: EventConfiguration,
  entity: string,
  version: number,
): RecordValues[] {
  switch (entity) {
    case 'PlatformEventChannel':
      return channelConfig.channels().map(channelRow);
    case 'PlatformEventChannelMember':
      return channelConfig.members().map((member) => memberRow(channelConfig, member));
    case 'EnrichedField':
      return channelConfig.members().flatMap(enrichedFieldRows);
    case 'ManagedEventSubscription':
      return managed.list().map((subscription) => subscriptionRow(subscription, version));
    default:
      return [];
  }
}

function named(id: string, developerName: string, label: string, fullName: string) {
  return {
    Id: id,
    IsDeleted: false,
    DeveloperName: developerName,
    MasterLabel: label,
    Language: 'en_US',
    NamespacePrefix: null,
    ManageableState: 'unmanaged',
    FullName: fullName,
  };
}

function channelRow({ id, fullName, channelType, label }: ChannelRecord): RecordValues {
  return {
    ...named(id, fullName.replace(/__chn$/i, ''), label, fullName),
    ChannelType: channelType,
    Metadata: JSON.stringify({ channelType, label }),
  };
}

/** A custom channel is named by its id, in Metadata by its name. */
function memberRow(config: ChannelConfig, member: MemberRecord): RecordValues {
  const { id, developerName, eventChannel, selectedEntity, filterExpression } = member;
  const enrichedFields = member.enrichedFields.map((name) => ({ name }));
  return {
    ...named(id, developerName, developerName, developerName),
    EventChannel: config.channel(eventChannel)?.id ?? eventChannel,
    SelectedEntity: selectedEntity,
    FilterExpression: filterExpression,
    Metadata: JSON.stringify({ enrichedFields, eventChannel, filterExpression, selectedEntity }),
  };
}

const ID_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** A member has up to ten enriched fields: their ids follow from the member's. */
const FIELDS_EACH = 10;

function enrichedFieldRows({ id, enrichedFields }: MemberRecord): RecordValues[] {
  const digits = id.slice(6, 15).split('');
  const number = digits.reduce((sum, digit) => sum * 62 + ID_DIGITS.indexOf(digit), 0);
  return enrichedFields.map((field, i) => ({
    Id: makeId('0v9', number * FIELDS_EACH + i),
    IsDeleted: false,
    ChannelMemberId: id,
    Field: field,
  }));
}

function subscriptionRow(subscription: ManagedSubscription, version: number): RecordValues {
  const { id, developerName, label, topicName, defaultReplay, errorRecoveryReplay, state } =
    subscription;
  const metadata = { defaultReplay, errorRecoveryReplay, label, state, topicName, version };
  return {
    ...named(id, developerName, label, developerName),
    TopicName: topicName,
    DefaultReplay: defaultReplay,
    ErrorRecoveryReplay: errorRecoveryReplay,
    State: state,
    Version: version,
    Metadata: JSON.stringify(metadata),
  };
}
