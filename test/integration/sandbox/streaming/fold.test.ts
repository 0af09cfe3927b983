/**
 * Goal: whoever folds the Streaming API's change events has the org's records, whatever was done to them.
 * Method: 10,000 random edits in transactions; a reader of the test's own reads JSON over HTTP, and nothing else.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import type { FieldDef, JsonValues, Write } from '../../../../sandbox/salesforce/org/types.ts';
import { seededRandom } from '../../../support/random.ts';
import { BareBayeux, startTestStreaming } from '../../../support/streaming.ts';
import type { Message, TestStreaming } from '../../../support/streaming.ts';

const EDITS = 10_000;
const ENTITIES = ['Account', 'Contact'] as const;
const random = seededRandom();

const custom = (name: string, type: FieldDef['type'], more: Partial<FieldDef> = {}): FieldDef =>
  makeField({ name, label: name, type, custom: true, ...more });

const CUSTOM = [
  custom('Opens__c', 'time'),
  custom('Seen__c', 'datetime'),
  custom('Day__c', 'date'),
  custom('Rate__c', 'double', { precision: 18, scale: 4 }),
  custom('Notes__c', 'textarea', { length: 32_000, extraTypeInfo: 'plaintextarea' }),
  custom('Active__c', 'boolean'),
];

const word = (): string => random.pick(['', 'Acme', 'Ünïcødé 🚲', '"quoted"\n\\', 'x'.repeat(200)]);
const digits = (): string => String(random.below(10)).padStart(2, '0');

/** A value as REST clients send it; null now and then. */
const VALUES: Readonly<Record<string, () => unknown>> = {
  Phone: word,
  BillingStreet: word,
  BillingCity: word,
  BillingLatitude: () => random.below(90),
  AnnualRevenue: () => random.below(1e9),
  NumberOfEmployees: () => random.below(1000),
  Opens__c: () => `${digits()}:15:${digits()}.000Z`,
  Seen__c: () => `2026-01-${String(1 + random.below(28)).padStart(2, '0')}T10:00:${digits()}.000Z`,
  Day__c: () => `19${random.below(10)}0-02-${String(1 + random.below(28)).padStart(2, '0')}`,
  Rate__c: () => random.pick([0, -1, 0.25, 119, 123456789.5]),
  Notes__c: () =>
    Array.from({ length: 60 }, (_, i) => `line ${i === 7 ? random.next() : i}`).join('\n') +
    '.'.repeat(900),
  Active__c: () => random.below(2) === 0,
};
const CONTACT_VALUES: Readonly<Record<string, () => unknown>> = {
  FirstName: word,
  MailingCity: word,
  MailingState: word,
  Birthdate: () => `1980-05-${String(1 + random.below(28)).padStart(2, '0')}`,
  DoNotCall: () => random.below(2) === 0,
};

function someValues(entity: string): JsonValues {
  const all = entity === 'Account' ? VALUES : CONTACT_VALUES;
  const booleans = ['Active__c', 'DoNotCall'];
  const entries = Object.entries(all).filter(() => random.below(3) === 0);
  return Object.fromEntries(
    entries.map(([name, make]) => {
      const empty = random.below(4) === 0 && !booleans.includes(name);
      return [name, empty ? null : make()];
    }),
  );
}

/** Ids of the records, live and deleted, as they were at the start of a round: some writes come too late, and fail. */
type Pool = ReadonlyMap<string, { readonly live: string[]; readonly deleted: string[] }>;

function poolOf({ org }: TestStreaming): Pool {
  return new Map(
    ENTITIES.map((entity) => {
      const records = [...org.records(entity, true)];
      const [live, deleted] = [false, true].map((gone) =>
        records.filter((each) => each['IsDeleted'] === gone).map((each) => String(each['Id'])),
      );
      return [entity, { live: live ?? [], deleted: deleted ?? [] }];
    }),
  );
}

function someWrites(pool: Pool): Write[] {
  const someId = (of: string, state: 'live' | 'deleted'): string | undefined => {
    const ids = pool.get(of)?.[state] ?? [];
    return ids.length === 0 ? undefined : random.pick(ids);
  };
  const entity = random.pick(ENTITIES);
  const live = someId(entity, 'live');
  const kind = live === undefined ? 0 : random.below(20);
  if (kind < 5) {
    const accountId = entity === 'Contact' ? someId('Account', 'live') : undefined;
    const names = entity === 'Account' ? { Name: 'Acme' } : { LastName: 'Doe' };
    const parent = accountId === undefined ? {} : { AccountId: accountId };
    return [{ op: 'insert', entity, values: { ...names, ...parent, ...someValues(entity) } }];
  }
  if (live === undefined) return [];
  if (kind < 13) return [{ op: 'update', entity, id: live, values: someValues(entity) }];
  if (kind < 15) return [{ op: 'delete', id: live }];
  if (kind < 17) {
    const gone = someId(entity, 'deleted');
    return gone === undefined ? [] : [{ op: 'undelete', id: gone }];
  }
  // The same change to several records is one event; a field that isn't there fails its write.
  const values = kind === 19 ? { None__c: 1 } : { Phone: word() };
  const others = Array.from({ length: 3 }, () => someId(entity, 'live') ?? live);
  return [...new Set([live, ...others])].map((id) => ({ op: 'update', entity, id, values }));
}

type State = Map<string, Record<string, unknown>>;

interface Header {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changedFields: readonly string[];
}

function headerOf(message: Message): Header {
  return message.data?.payload?.['ChangeEventHeader'] as Header;
}

function fold(state: State, message: Message): void {
  const { ChangeEventHeader: _, ...body } = message.data?.payload ?? {};
  const header = headerOf(message);
  const fields = flat(body);
  for (const id of header.recordIds) {
    const old = header.changeType === 'UPDATE' ? state.get(id) : {};
    if (old === undefined) throw new Error(`an update of ${id}, which isn't there`);
    if (header.changeType === 'DELETE') state.delete(id);
    else state.set(id, apply(old, fields));
  }
  const named = header.changeType === 'UPDATE' ? [...fields.keys()] : [];
  if (named.toSorted().join() !== header.changedFields.toSorted().join()) {
    throw new Error(
      `changedFields ${header.changedFields.join()}, but the body has ${named.join()}`,
    );
  }
}

function apply(
  old: Record<string, unknown>,
  fields: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  const next = { ...old };
  for (const [name, value] of fields) {
    if (value === null) delete next[name];
    else next[name] = isDiff(value) ? patched(String(old[name]), value.diff) : value;
  }
  return next;
}

const isDiff = (value: unknown): value is { readonly diff: string } =>
  typeof value === 'object' && value !== null && 'diff' in value;

/** `BillingAddress: {City}` → `BillingAddress.City`. */
function flat(body: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'object' || value === null || isDiff(value)) fields.set(name, value);
    else for (const [part, inner] of Object.entries(value)) fields.set(`${name}.${part}`, inner);
  }
  return fields;
}

let diffs = 0;

/** Applies a unified diff and checks its SHA-256. */
function patched(before: string, diff: string): string {
  const [, to = '', ...lines] = diff.split('\n');
  const old = before.split('\n');
  const now: string[] = [];
  let at = 0;
  for (const line of lines) {
    const [, start] = /^@@ -(\d+)/.exec(line) ?? [];
    if (start !== undefined) while (at < Number(start) - 1) now.push(old[at++] ?? '');
    else if (line.startsWith('+')) now.push(line.slice(1));
    else if (line.startsWith('-')) at++;
    else now.push(old[at++] ?? '');
  }
  const text = [...now, ...old.slice(at)].join('\n');
  if (to !== `+++ ${createHash('sha256').update(text).digest('hex')}`) throw new Error(diff);
  diffs++;
  return text;
}

/** What the org has, in the names and forms of events. */
function expected({ org }: TestStreaming): State {
  const state: State = new Map();
  for (const entity of ENTITIES) {
    const fields =
      org.object(entity)?.fields.filter((field) => field.leftOutOfEvents !== true) ?? [];
    const compounds = new Set(fields.flatMap((field) => field.compoundFieldName ?? []));
    for (const record of org.records(entity)) {
      const shown = fields.flatMap((field) => {
        const value = record[field.name] ?? null;
        if (value === null || compounds.has(field.name)) return [];
        return [[nameInEvents(field), formInEvents(field, value)] as const];
      });
      state.set(String(record['Id']), Object.fromEntries(shown));
    }
  }
  return state;
}

function nameInEvents({ name, compoundFieldName: compound }: FieldDef): string {
  if (compound === null) return name;
  return compound === 'Name'
    ? `Name.${name}`
    : `${compound}.${name.slice(compound.length - 'Address'.length)}`;
}

function formInEvents({ type }: FieldDef, value: string | number | boolean): unknown {
  if (type === 'datetime') return new Date(Number(value)).toISOString();
  return type === 'time' ? new Date(Number(value)).toISOString().slice(11) : value;
}

test(`folding the events of ${EDITS} random edits gives the org's records (seed ${random.seed})`, async () => {
  const server = await startTestStreaming({ settings: { maxResponseBytes: 200_000 } });
  try {
    for (const field of CUSTOM) server.org.addField('Account', field);
    const client = new BareBayeux(server);
    await client.handshake();
    await client.subscribe('/data/ChangeEvents');
    const state: State = new Map();
    const types = new Map<string, number>();
    let last = 0;
    for (let edits = 0; edits < EDITS;) {
      const pool = poolOf(server);
      for (let i = 0; i < 100; i++) {
        const writes = Array.from({ length: 1 + random.below(3) }, () => someWrites(pool)).flat();
        server.org.write(server.actor, writes, random.below(4) === 0);
        edits += writes.length;
      }
      for (const message of await client.drain()) {
        const { changeType } = headerOf(message);
        types.set(changeType, (types.get(changeType) ?? 0) + 1);
        const replayId = message.data?.event?.replayId ?? 0;
        if (replayId <= last) throw new Error(`${replayId} after ${last}`);
        last = replayId;
        fold(state, message);
      }
    }
    expect(diffs).toBeGreaterThan(10);
    expect([...types.keys()].toSorted()).toEqual(['CREATE', 'DELETE', 'UNDELETE', 'UPDATE']);
    expect(state).toEqual(expected(server));
  } finally {
    await server[Symbol.asyncDispose]();
  }
});
