import type { Org, User } from '../org/types.ts';
import { STANDARD_CHANNEL } from './channel-config.ts';
import type { ChannelFilter } from './channel-filter.ts';
import type { ChannelRecords } from './channel-records.ts';
import { eventNameOf } from './columns.ts';
import { payloadOf } from './event-log.ts';
import type { LoggedEvent } from './event-log.ts';
import { readEvent } from './event-reader.ts';
import type { EventSchemas } from './schemas.ts';

export type ChannelKind = 'data' | 'event';

/** What a client can name as a topic. */
export interface Channel {
  readonly topic: string;
  readonly kind: ChannelKind;
  /** Of a channel with one kind of event: its object. Undefined on `/data/ChangeEvents` and custom channels. */
  readonly entity: string | undefined;
  /** Whether the event is on it, and passes its filter. */
  includes(event: LoggedEvent): boolean;
}

export const ALL_CHANGES = `/data/${STANDARD_CHANNEL}`;

export interface ChannelsOptions {
  readonly org: Org;
  readonly schemas: EventSchemas;
  readonly records: ChannelRecords;
  /** Whether the entity's changes are on the standard channel. */
  readonly selected: (entity: string) => boolean;
  /** Channels without records, by topic, and their entities. */
  readonly fixed: ReadonlyMap<string, readonly string[]>;
}

/** Which topics there are: names are case-sensitive, and objects have to be selected for change events. */
export class Channels {
  readonly #options: ChannelsOptions;

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  find(topic: string): Channel | undefined {
    const { schemas, records, fixed } = this.#options;
    if (topic === ALL_CHANGES) return this.#standard();
    const entities = fixed.get(topic);
    if (entities !== undefined) {
      return several(topic, (event) => entities.includes(event.entity));
    }
    const [, kind, name = ''] = /^\/(data|event)\/(\w+)$/.exec(topic) ?? [];
    const custom = records.channels().find((each) => each.fullName === name);
    if (custom !== undefined) {
      return custom.channelType === kind ? this.#custom(topic, name) : undefined;
    }
    const object = schemas.objectOf(name);
    if (object === undefined || kind !== kindOfObject(object)) return undefined;
    if (kind === 'data' && !this.isCaptured(object.name)) return undefined;
    const includes = (event: LoggedEvent): boolean => event.topic === topic;
    return { topic, kind, entity: object.name, includes };
  }

  /** The single-entity channel of an object. */
  topicOf(entity: string): string | undefined {
    const object = this.#options.org.object(entity);
    return object === undefined ? undefined : `/${kindOfObject(object)}/${eventNameOf(object)}`;
  }

  /** Whether changes of the entity are wanted on any channel. */
  isCaptured(entity: string): boolean {
    return this.isStandard(entity) || this.#options.records.channelsOf(entity).length > 0;
  }

  /** Whether changes of the entity are on `/data/ChangeEvents`. */
  isStandard(entity: string): boolean {
    const { selected, records } = this.#options;
    return selected(entity) || records.channelsOf(entity).includes(STANDARD_CHANNEL);
  }

  #standard(): Channel {
    const filters = this.#filters(STANDARD_CHANNEL);
    return several(ALL_CHANGES, (event) => {
      if (event.customOnly || kindOf(event.topic) !== 'data') return false;
      return this.#passes(filters.get(event.entity), event, ALL_CHANGES);
    });
  }

  #custom(topic: string, name: string): Channel {
    const filters = this.#filters(name);
    return several(topic, (event) => {
      const filter = filters.get(event.entity);
      return filter !== undefined && this.#passes(filter, event, topic);
    });
  }

  /** As they are when a stream begins: by entity, null for a member without. */
  #filters(channel: string): ReadonlyMap<string, ChannelFilter | null> {
    const { records } = this.#options;
    return new Map(
      records.membersOf(channel).flatMap((member) => {
        const object = records.objectOf(member);
        return object === undefined ? [] : [[object.name, records.filterOf(member, object)]];
      }),
    );
  }

  /** A gap event says that something may have changed: there is nothing to filter by. */
  #passes(filter: ChannelFilter | null | undefined, event: LoggedEvent, topic: string): boolean {
    if (filter === null || filter === undefined) return true;
    const schema = this.#options.schemas.schemaById(event.schemaId);
    if (schema === undefined) return false;
    const content = readEvent(schema, payloadOf(asOn(topic, event)));
    return content.header?.changeType.startsWith('GAP_') === true || filter.passes(content);
  }
}

/** The event as it is on a channel that enriches it. */
export function asOn(topic: string, event: LoggedEvent): LoggedEvent {
  if (event.variants.length === 0) return event;
  const variant = event.variants.find((each) => each.topic === topic);
  if (variant === undefined) return event;
  const { frame, payloadAt, payloadBytes } = variant;
  return { ...event, frame, payloadAt, payloadBytes };
}

/** Of an event, by the topic that is its own; custom channels may carry either. */
export function kindOf(topic: string): ChannelKind {
  return topic.startsWith('/event/') ? 'event' : 'data';
}

/** Change events need View All Data, or View All of the object; a hidden object's events are for nobody. */
export function mayRead(user: User, entity: string, kind: ChannelKind): boolean {
  if (user.hiddenObjects.includes(entity)) return false;
  if (kind === 'event' || user.viewAllData) return true;
  return user.viewAllObjects?.includes(entity) === true;
}

function several(topic: string, includes: Channel['includes']): Channel {
  return { topic, kind: kindOf(topic), entity: undefined, includes };
}

function kindOfObject(object: { readonly kind: string }): ChannelKind {
  return object.kind === 'platformevent' ? 'event' : 'data';
}
