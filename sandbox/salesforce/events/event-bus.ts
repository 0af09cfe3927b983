import { randomUUID } from 'node:crypto';
import type { Store } from '../observed-map.ts';
import { createRandom } from '../org/random.ts';
import type { Random } from '../org/random.ts';
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, Org } from '../org/types.ts';
import { ChangeEventMaker, RECORDS_PER_EVENT } from './change-events.ts';
import type { Commit, EncodedEvent } from './change-events.ts';
import type { ChannelConfig } from './channel-config.ts';
import { ChannelRecords } from './channel-records.ts';
import { Channels } from './channels.ts';
import { eventNameOf } from './columns.ts';
import { conversionNews } from './conversions.ts';
import type { ConversionNews } from './conversions.ts';
import { EventLog } from './event-log.ts';
import type { NewEvent } from './event-log.ts';
import type { ChangeType } from './event-schema.ts';
import { ManagedSubscriptions } from './managed-subscriptions.ts';
import { PlatformEvents } from './platform-events.ts';
import type { PlatformEventPublisher } from './platform-events.ts';
import { EventSchemas } from './schemas.ts';
import type { EventSchemaProvider } from './schemas.ts';
import { DEFAULT_EVENT_SETTINGS } from './settings.ts';
import type { EventSettings } from './settings.ts';

export type GapType = Extract<ChangeType, `GAP_${string}`>;

export interface EventBusOptions {
  readonly org: Org;
  /** Which entities have change events: asked at each commit. */
  readonly selection: { has(entity: string): boolean };
  readonly settings?: Partial<EventSettings> | undefined;
  /** Makes the holes between replay ids repeatable. */
  readonly random?: Random | undefined;
}

/** All events of an org: made at each commit, kept, and read by whoever streams them. */
export interface EventBus extends EventSchemaProvider, PlatformEventPublisher {
  readonly schemas: EventSchemas;
  readonly channels: Channels;
  /** Custom channels: the Tooling API's PlatformEventChannel and PlatformEventChannelMember records. */
  readonly channelConfig: ChannelConfig;
  /** The small stores that durable state keeps, by name. */
  readonly stores: Readonly<Record<string, Store>>;
  readonly log: EventLog;
  /** What ManagedSubscribe reads and commits to; the Tooling API's ManagedEventSubscription records. */
  readonly managed: ManagedSubscriptions;
  readonly maker: ChangeEventMaker;
  readonly platformEvents: PlatformEvents;
  /** A header without a body for these records, as Salesforce sends when it can't make the change event. */
  emitGap(entity: string, ids: readonly string[], type: GapType): void;
  /** A transaction changed more of the entity than events can say. */
  emitOverflow(entity: string): void;
  /** Any record of the entity may have changed (`001*`), as after a conversion of a field's type. */
  emitWildcard(entity: string): void;
  /** As after a migration to another instance: no events are retained, and no position of before is one any more; `gap` is how far positions jump. */
  forgetEvents(gap?: number): void;
  /** As by a release of Salesforce: schemas have other ids and the same fields. */
  renewSchemas(): void;
  /** The newest platform events once more, with the same ids; gives how many. */
  repeatPlatformEvents(count: number): number;
  /** Encoded change events as one append. */
  add(events: readonly EncodedEvent[]): void;
  close(): void;
}

export function createEventBus(options: EventBusOptions): EventBus {
  const { org, selection, random = createRandom() } = options;
  const settings = { ...DEFAULT_EVENT_SETTINGS, ...options.settings };
  const selected = (entity: string): boolean => selection.has(entity);
  const schemas = new EventSchemas(org);
  const log = new EventLog(org.clock, settings, random, firstSequence(org));
  const records = new ChannelRecords(org, schemas);
  const fixed = settings.customChannels;
  const channels = new Channels({ org, schemas, records, selected, fixed });
  const maker = new ChangeEventMaker({
    org,
    schemas,
    settings,
    selected: (entity) => channels.isCaptured(entity),
    enrichments: (entity) => records.enrichments(entity),
  });
  const platformEvents = new PlatformEvents(org, schemas, log, settings);
  const add = (events: readonly EncodedEvent[]): void => {
    log.append(events.map((event) => toNewEvent(event, !channels.isStandard(event.object.name))));
  };
  const listening = org.onCommit((transaction) => add(maker.ofTransaction(transaction)));
  const emit = (
    entity: string,
    type: GapType | 'UPDATE',
    ids: (object: ObjectDef) => readonly string[],
  ) => {
    const object = eligible(org, entity);
    add([maker.withoutBody(internalCommit(org), object, type, ids(object))]);
  };
  const known = new Map(org.objects().map((object) => [object.name, object]));
  const onConversion = (entity: string): void => {
    const [before, after] = [known.get(entity), org.object(entity)];
    if (after === undefined) return;
    known.set(entity, after);
    if (before === undefined || !channels.isCaptured(entity)) return;
    tellConversion(conversionNews(before, after), after);
  };
  const tellConversion = (news: ConversionNews, object: ObjectDef): void => {
    if (news === 'wildcard') emit(object.name, 'UPDATE', () => [anyOf(object)]);
    if (news !== 'gap') return;
    const ids = [...org.records(object.name)].map((record) => String(record['Id']));
    for (let at = 0; at < ids.length; at += RECORDS_PER_EVENT) {
      emit(object.name, 'GAP_UPDATE', () => ids.slice(at, at + RECORDS_PER_EVENT));
    }
  };
  const converting = org.onSchemaChange(onConversion);
  const managed = new ManagedSubscriptions((topic) => channels.find(topic) !== undefined);
  return {
    schemas,
    channels,
    channelConfig: records,
    log,
    stores: { ...records.stores, ...managed.stores, formerObjects: schemas.former },
    managed,
    maker,
    platformEvents,
    schemaById: (id) => schemas.schemaById(id),
    schemaOf: (eventName) => schemas.schemaOf(eventName),
    publish: (entity, values, actor) => platformEvents.publish(entity, values, actor),
    emitGap: (entity, ids, type) => emit(entity, type, () => ids),
    emitOverflow: (entity) => emit(entity, 'GAP_OVERFLOW', () => ['000000000000000AAA']),
    emitWildcard: (entity) => emit(entity, 'GAP_UPDATE', (object) => [anyOf(object)]),
    forgetEvents: (gap) => log.forget(gap),
    renewSchemas: () => schemas.renew(),
    repeatPlatformEvents: (count) => platformEvents.repeat(count),
    add,
    close: () => {
      listening[Symbol.dispose]();
      converting[Symbol.dispose]();
      records.close();
      schemas.close();
    },
  };
}

/**
 * Above anything an earlier run of the sandbox gave out (unless it made over 1,000 events a second on average), so
 * that an old position is refused and never mistaken for a new one.
 */
function firstSequence(org: Org): number {
  return Math.max(0, Math.floor(org.clock.now()));
}

function toNewEvent(event: EncodedEvent, customOnly: boolean): NewEvent {
  const { object, schema, payload, variants } = event;
  const topic = `/data/${eventNameOf(object)}`;
  const entity = object.name;
  const schemaId = schema.id;
  if (variants === undefined || variants.length === 0) {
    return { topic, entity, schemaId, payload, customOnly };
  }
  return { topic, entity, schemaId, payload, variants, customOnly };
}

/** Stands for the ids of all records. */
function anyOf(object: ObjectDef): string {
  return `${object.keyPrefix}*`;
}

function eligible(org: Org, entity: string): ObjectDef {
  const object = org.object(entity);
  if (object?.changeEvents === true) return object;
  throw new SalesforceError(400, 'INVALID_INPUT', `"${entity}" has no change events.`);
}

/** Of something that happens in Salesforce itself: no user, no origin. */
function internalCommit(org: Org): Commit {
  const timestamp = org.clock.now();
  const commitNumber = BigInt(Math.floor(timestamp)) * 1_000_000n;
  return { key: randomUUID(), commitNumber, timestamp, userId: '', origin: '' };
}
