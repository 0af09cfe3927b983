import type { ObjectDef, Org, RecordChange, RecordValues, Transaction } from '../org/types.ts';
import { AvroWriter } from './avro-writer.ts';
import { writeBody } from './body.ts';
import { enriched } from './enrichment.ts';
import type { Enrichment } from './enrichment.ts';
import type { ChangeType, EventSchema } from './event-schema.ts';
import { writeHeader } from './header.ts';
import type { ChangeEventHeader } from './header.ts';
import { netChanges } from './net-changes.ts';
import type { EventSchemas } from './schemas.ts';
import type { EventSettings } from './settings.ts';
import { updateOf } from './update.ts';

/** One event-to-be: of one record, or of several that changed alike. */
interface Draft {
  readonly object: ObjectDef;
  readonly type: ChangeType;
  readonly recordIds: string[];
  readonly content: Content;
}

interface Content {
  readonly body: Buffer;
  readonly changed: readonly string[];
  readonly nulled: readonly string[];
  readonly diffed: readonly string[];
  /** The body on channels that enrich it. */
  readonly variants: readonly { readonly topic: string; readonly body: Buffer }[];
  /** What it counts towards an overflow. */
  readonly changes: number;
}

export interface EncodedEvent {
  readonly object: ObjectDef;
  readonly schema: EventSchema;
  readonly payload: Buffer;
  readonly variants?: readonly { readonly topic: string; readonly payload: Buffer }[];
}

/** What all events of a transaction say alike. */
export type Commit = Pick<Transaction, 'key' | 'commitNumber' | 'timestamp' | 'userId' | 'origin'>;

/** The record id of an overflow event. */
const ALL_RECORDS = '000000000000000AAA';
/** Of a merged event. */
export const RECORDS_PER_EVENT = 1000;
/** What change events of a new price book entry lack. */
const SYSTEM_FIELDS = ['CreatedDate', 'CreatedById', 'LastModifiedDate', 'LastModifiedById'];

export interface MakerOptions {
  readonly org: Org;
  readonly schemas: EventSchemas;
  readonly settings: EventSettings;
  /** Whether changes of the entity are wanted. */
  readonly selected: (entity: string) => boolean;
  readonly enrichments: (entity: string) => readonly Enrichment[];
}

/** Turns transactions into encoded change events. */
export class ChangeEventMaker {
  readonly #org: Org;
  readonly #schemas: EventSchemas;
  readonly #settings: EventSettings;
  readonly #selected: (entity: string) => boolean;
  readonly #enrichments: (entity: string) => readonly Enrichment[];
  readonly #writer = new AvroWriter();

  constructor(options: MakerOptions) {
    this.#org = options.org;
    this.#schemas = options.schemas;
    this.#settings = options.settings;
    this.#selected = options.selected;
    this.#enrichments = options.enrichments;
  }

  /** In order; objects that could be selected and aren't leave holes in the sequence numbers. */
  ofTransaction(transaction: Transaction): EncodedEvent[] {
    const eligible = transaction.changes.filter(
      ({ entity }) => this.#org.object(entity)?.changeEvents === true,
    );
    const drafts = this.#merged(netChanges(eligible));
    const events: EncodedEvent[] = [];
    const overflown = new Set<ObjectDef>();
    let changes = 0;
    let sequence = 0;
    for (const draft of drafts) {
      sequence++;
      if (draft === undefined) continue;
      changes += draft.content.changes * draft.recordIds.length;
      if (changes > this.#settings.overflowAfter) overflown.add(draft.object);
      else events.push(this.#encode(transaction, draft, sequence));
    }
    for (const object of overflown) {
      sequence++;
      events.push(this.withoutBody(transaction, object, 'GAP_OVERFLOW', [ALL_RECORDS], sequence));
    }
    return events;
  }

  /** An event that is nothing but a header. */
  withoutBody(
    commit: Commit,
    object: ObjectDef,
    type: ChangeType,
    recordIds: readonly string[],
    sequence = 1,
  ): EncodedEvent {
    const schema = this.#schemas.ofObject(object);
    const content = this.#content(schema, {});
    return this.#encode(commit, { object, type, recordIds: [...recordIds], content }, sequence);
  }

  /** One change as it stands, for `load.ts`. */
  ofChange(commit: Commit, change: RecordChange, sequence: number): EncodedEvent | undefined {
    const draft = this.#draft(change);
    return draft === undefined ? undefined : this.#encode(commit, draft, sequence);
  }

  /** undefined stands for a change without an event. */
  #merged(changes: readonly RecordChange[]): (Draft | undefined)[] {
    const drafts = changes.map((change) => this.#draft(change));
    if (!this.#settings.mergeIdentical || drafts.length < 2) return drafts;
    const open = new Map<string, Draft>();
    return drafts.filter((draft) => {
      if (draft === undefined) return true;
      const key = likeness(draft);
      const alike = open.get(key);
      if (alike === undefined || alike.recordIds.length >= RECORDS_PER_EVENT) {
        open.set(key, draft);
        return true;
      }
      alike.recordIds.push(...draft.recordIds);
      return false;
    });
  }

  #draft(change: RecordChange): Draft | undefined {
    const object = this.#org.object(change.entity);
    if (object?.changeEvents !== true || !this.#selected(object.name)) return undefined;
    const schema = this.#schemas.ofObject(object);
    const content = this.#contentOf(schema, change);
    return { object, type: change.type, recordIds: [change.id], content };
  }

  #contentOf(schema: EventSchema, change: RecordChange): Content {
    const { type, before, after } = change;
    if (type === 'DELETE' || after === null) return this.#content(schema, {}, change);
    if (type !== 'UPDATE' || before === null) {
      const bare = type === 'CREATE' && schema.entity === 'PricebookEntry';
      return this.#content(schema, bare ? without(after, SYSTEM_FIELDS) : after);
    }
    const update = updateOf(schema.columns, before, after, this.#settings.textDiffs);
    return {
      ...this.#content(schema, update.values, change),
      changed: update.changed.toBitmaps(),
      nulled: update.nulled.toBitmaps(),
      diffed: update.diffed.toBitmaps(),
      changes: update.changed.size,
    };
  }

  #content(schema: EventSchema, values: RecordValues, change?: RecordChange): Content {
    const body = this.#body(schema, values);
    const enrichments = change === undefined ? [] : this.#enrichments(schema.entity);
    const variants = enrichments.flatMap(({ topic, fields }) => {
      const more = change === undefined ? undefined : enriched(change, values, fields);
      return more === undefined ? [] : [{ topic, body: this.#body(schema, more) }];
    });
    return { body, changed: [], nulled: [], diffed: [], variants, changes: 1 };
  }

  #body(schema: EventSchema, values: RecordValues): Buffer {
    writeBody(this.#writer, schema.columns, values);
    return this.#writer.take();
  }

  #encode(commit: Commit, draft: Draft, sequenceNumber: number): EncodedEvent {
    const { object, recordIds, content } = draft;
    const schema = this.#schemas.ofObject(object);
    const header: ChangeEventHeader = {
      entityName: object.name,
      recordIds,
      changeType: draft.type,
      changeOrigin: commit.origin,
      transactionKey: commit.key,
      sequenceNumber,
      commitTimestamp: commit.timestamp,
      commitNumber: commit.commitNumber,
      commitUser: commit.userId,
      nulledFields: content.nulled,
      diffFields: content.diffed,
      changedFields: content.changed,
    };
    const { maxEventBytes } = this.#settings;
    const payload = this.#payload(header, content.body);
    const gap = GAPS[draft.type];
    if (payload.length <= maxEventBytes || gap === undefined) {
      const variants = content.variants
        .map(({ topic, body }) => ({ topic, payload: this.#payload(header, body) }))
        .filter((variant) => variant.payload.length <= maxEventBytes);
      return { object, schema, payload, variants };
    }
    return this.withoutBody(commit, object, gap, recordIds, sequenceNumber);
  }

  #payload(header: ChangeEventHeader, body: Buffer): Buffer {
    writeHeader(this.#writer, header);
    this.#writer.raw(body);
    return this.#writer.take();
  }
}

/** What an event becomes that is too large. */
const GAPS: Partial<Record<ChangeType, ChangeType>> = {
  CREATE: 'GAP_CREATE',
  UPDATE: 'GAP_UPDATE',
  DELETE: 'GAP_DELETE',
  UNDELETE: 'GAP_UNDELETE',
};

/** Equal for drafts that make one event. */
function likeness({ object, type, content }: Draft): string {
  const { changed, nulled, diffed, body, variants } = content;
  const bodies = [body, ...variants.map((variant) => variant.body)];
  const text = bodies.map((each) => each.toString('latin1')).join('|');
  return [object.name, type, changed, nulled, diffed, text].join('|');
}

function without(values: RecordValues, names: readonly string[]): RecordValues {
  return { ...values, ...Object.fromEntries(names.map((name) => [name, null])) };
}
