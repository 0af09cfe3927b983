import { ObservedMap } from '../observed-map.ts';
import type { Store } from '../observed-map.ts';
import { makeId, normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, Org } from '../org/types.ts';
import { STANDARD_CHANNEL } from './channel-config.ts';
import type {
  ChannelConfig,
  ChannelRecord,
  ChannelSpec,
  MemberChanges,
  MemberRecord,
  NewMember,
} from './channel-config.ts';
import { readChannelFilter } from './channel-filter.ts';
import type { ChannelFilter } from './channel-filter.ts';
import { enrichedFieldNames } from './enrichment.ts';
import type { Enrichment } from './enrichment.ts';
import type { EventSchemas } from './schemas.ts';

const CHANNEL_PREFIX = '0YL';
const MEMBER_PREFIX = '0v8';
/** Of one kind in an org; Salesforce's allocation. */
const MAX_CHANNELS = 100;
const CHANNEL_NAME = /^[a-z](?:_?[a-z0-9])*__chn$/i;

/** The records of custom channels and their members, and what follows from them. */
export class ChannelRecords implements ChannelConfig {
  readonly #org: Org;
  readonly #schemas: EventSchemas;
  readonly #channels = new ObservedMap<string, ChannelRecord>();
  readonly #members = new ObservedMap<string, MemberRecord>();
  readonly #listening: Disposable;
  /** By entity; made again after a change. */
  readonly #enrichments = new Map<string, readonly Enrichment[]>();
  readonly #counters = new ObservedMap<string, number>();

  constructor(org: Org, schemas: EventSchemas) {
    this.#org = org;
    this.#schemas = schemas;
    this.#listening = org.onSchemaChange((entity) => this.#enrichments.delete(entity));
  }

  /** What durable state keeps, by name. */
  get stores(): Readonly<Record<string, Store>> {
    return {
      channels: this.#channels,
      channelMembers: this.#members,
      channelCounters: this.#counters,
    };
  }

  close(): void {
    this.#listening[Symbol.dispose]();
  }

  channels(): readonly ChannelRecord[] {
    return [...this.#channels.values()];
  }

  channel(nameOrId: string): ChannelRecord | undefined {
    const id = normalizeId(nameOrId);
    return this.channels().find((each) => each.id === id || same(each.fullName, nameOrId));
  }

  createChannel(spec: ChannelSpec): ChannelRecord {
    const { fullName, channelType } = spec;
    if (!CHANNEL_NAME.test(fullName)) {
      throw invalid('FullName', `"${fullName}" is no channel name such as Sales__chn`);
    }
    if (channelType !== 'data' && channelType !== 'event') {
      throw invalid('channelType', `"${String(channelType)}" is neither data nor event`);
    }
    if (this.channel(fullName) !== undefined) throw duplicate('FullName', fullName);
    const alike = this.channels().filter((each) => each.channelType === channelType);
    if (alike.length >= MAX_CHANNELS) {
      const message = `The org has ${MAX_CHANNELS} channels of this type; delete one first.`;
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', message);
    }
    return this.#keepChannel({ ...spec, id: makeId(CHANNEL_PREFIX, this.#next()) });
  }

  updateChannel(nameOrId: string, { label }: Pick<ChannelSpec, 'label'>): ChannelRecord {
    return this.#keepChannel({ ...found(this.channel(nameOrId)), label });
  }

  deleteChannel(nameOrId: string): void {
    const { id, fullName } = found(this.channel(nameOrId));
    this.#channels.delete(id);
    for (const member of this.membersOf(fullName)) this.#members.delete(member.id);
    this.#enrichments.clear();
  }

  members(): readonly MemberRecord[] {
    return [...this.#members.values()];
  }

  member(nameOrId: string): MemberRecord | undefined {
    const id = normalizeId(nameOrId);
    return this.members().find((each) => each.id === id || same(each.developerName, nameOrId));
  }

  createMember(spec: NewMember): MemberRecord {
    const channel = this.channel(spec.eventChannel);
    const eventChannel = channel?.fullName ?? STANDARD_CHANNEL;
    if (channel === undefined && spec.eventChannel !== STANDARD_CHANNEL) {
      throw invalid('eventChannel', `no channel ${spec.eventChannel}`);
    }
    const object = this.#schemas.objectOf(spec.selectedEntity);
    const type = object?.kind === 'platformevent' ? 'event' : 'data';
    if (object === undefined || type !== (channel?.channelType ?? 'data')) {
      throw invalid('selectedEntity', `${spec.selectedEntity} can't be on ${eventChannel}`);
    }
    const developerName = `${eventChannel.replace('__', '_')}_${spec.selectedEntity.replace('__', '_')}`;
    if (this.member(developerName) !== undefined) {
      throw duplicate('selectedEntity', spec.selectedEntity);
    }
    const id = makeId(MEMBER_PREFIX, this.#next());
    const defaults = { filterExpression: null, enrichedFields: [] };
    return this.#keepMember({ ...defaults, ...spec, eventChannel, id, developerName });
  }

  updateMember(nameOrId: string, changes: MemberChanges): MemberRecord {
    return this.#keepMember({ ...found(this.member(nameOrId)), ...changes });
  }

  deleteMember(nameOrId: string): void {
    this.#members.delete(found(this.member(nameOrId)).id);
    this.#enrichments.clear();
  }

  membersOf(channel: string): readonly MemberRecord[] {
    return this.members().filter((member) => member.eventChannel === channel);
  }

  /** On which channels the entity is; `ChangeEvents` is the standard one. */
  channelsOf(entity: string): readonly string[] {
    return this.members()
      .filter((member) => this.objectOf(member)?.name === entity)
      .map((member) => member.eventChannel);
  }

  objectOf(member: MemberRecord): ObjectDef | undefined {
    return this.#schemas.objectOf(member.selectedEntity);
  }

  /** Null without one. One whose fields are gone lets nothing pass. */
  filterOf({ filterExpression }: MemberRecord, object: ObjectDef): ChannelFilter | null {
    if (filterExpression === null) return null;
    try {
      return readChannelFilter(this.#org, object, filterExpression);
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      return { fields: [], passes: () => false };
    }
  }

  /** What the entity's events carry on top, by channel. */
  enrichments(entity: string): readonly Enrichment[] {
    const known = this.#enrichments.get(entity);
    if (known !== undefined) return known;
    const made = this.members().flatMap((member) => this.#enrichmentOf(member, entity) ?? []);
    this.#enrichments.set(entity, made);
    return made;
  }

  #enrichmentOf(member: MemberRecord, entity: string): Enrichment | undefined {
    const object = this.objectOf(member);
    if (object?.name !== entity || object.kind === 'platformevent') return undefined;
    const known = member.enrichedFields.filter((name) =>
      object.fields.some((field) => field.name === name),
    );
    const filtered = this.filterOf(member, object)?.fields ?? [];
    const all = new Set([...enrichedFieldNames(object, known), ...filtered]);
    return all.size === 0 ? undefined : { topic: `/data/${member.eventChannel}`, fields: all };
  }

  #next(): number {
    const created = (this.#counters.get('created') ?? 0) + 1;
    this.#counters.set('created', created);
    return created;
  }

  #keepChannel(record: ChannelRecord): ChannelRecord {
    this.#channels.set(record.id, record);
    return record;
  }

  /** Once its filter and its fields are found to be right. */
  #keepMember(record: MemberRecord): MemberRecord {
    const object = found(this.objectOf(record));
    if (record.filterExpression !== null) {
      readChannelFilter(this.#org, object, record.filterExpression);
    }
    enrichedFieldNames(object, record.enrichedFields);
    this.#members.set(record.id, record);
    this.#enrichments.clear();
    return record;
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function found<T>(record: T | undefined): T {
  if (record !== undefined) return record;
  throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function duplicate(field: string, value: string): SalesforceError {
  return new SalesforceError(400, 'DUPLICATE_VALUE', `${field}: ${value} is already there.`, [
    field,
  ]);
}

function invalid(field: string, problem: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', `${field}: ${problem}.`, [field]);
}
