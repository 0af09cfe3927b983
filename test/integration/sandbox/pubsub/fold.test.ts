/**
 * Goal: whoever folds the Pub/Sub API's change events has the org's records, whatever was done to them.
 * Method: 10,000 random edits in transactions; a reader of the test's own takes schemas and events over gRPC, decodes
 * with avsc, reads bitmaps and applies diffs.
 */
import avsc from 'avsc';
import { expect, test } from 'vitest';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import type { FetchResponse, TestPubSub } from '../../../support/pubsub.ts';
import {
  editAtRandom,
  EDITED_ENTITIES,
  prepareForEdits,
  random,
} from '../../../support/random-edits.ts';
import { patched } from '../../../support/unified-diff.ts';

const EDITS = 10_000;
const HEADER = 'ChangeEventHeader';

type Values = Readonly<Record<string, unknown>>;
type State = Map<string, Values>;

interface Header {
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly nulledFields: readonly string[];
  readonly diffFields: readonly string[];
  readonly changedFields: readonly string[];
}

interface Schema {
  readonly type: avsc.Type;
  readonly fields: readonly Field[];
}
interface Field {
  readonly name: string;
  readonly type: unknown;
}

const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => Number(bytes.readBigInt64LE()),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: Number,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'number',
  compare: () => 0,
});

/** `0x…` and `N-0x…` → paths such as `Phone` and `BillingAddress.City`. */
function paths(bitmaps: readonly string[], { fields }: Schema): string[] {
  return bitmaps.flatMap((text) => {
    const [, parent, hex = ''] = /^(?:(\d+)-)?(0x[\dA-F]+)$/.exec(text) ?? [];
    const field = parent === undefined ? undefined : fields[Number(parent)];
    const names = (field === undefined ? fields : partsOf(field, fields)).map(({ name }) => name);
    const prefix = field === undefined ? '' : `${field.name}.`;
    const set = names.filter((_, bit) => ((BigInt(hex) >> BigInt(bit)) & 1n) === 1n);
    return set.map((name) => `${prefix}${name}`);
  });
}

/** Of the record in a field's union, written out or named. */
function partsOf({ type }: Field, fields: readonly Field[]): readonly Field[] {
  const branches = type as readonly (string | { readonly fields?: readonly Field[] })[];
  const record = branches.find((each) => typeof each === 'object' && each.fields !== undefined);
  if (typeof record === 'object') return record.fields ?? [];
  const name = branches.find((each) => each !== 'null');
  const definitions = fields.flatMap((field) => (Array.isArray(field.type) ? field.type : []));
  const found = (definitions as { name?: string; fields?: readonly Field[] }[]).find(
    (each) => each.name === name,
  );
  return found?.fields ?? [];
}

/** `{BillingAddress: {City}}` → `BillingAddress.City`; empty values are left out. */
function flat(body: Values): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    const parts = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
    if (parts === undefined) found.set(name, value);
    else for (const [part, inner] of parts) found.set(`${name}.${part}`, inner);
  }
  return new Map([...found].filter(([, value]) => value !== null));
}

let diffs = 0;

function fold(state: State, payload: Buffer, schema: Schema): string {
  const { [HEADER]: read, ...body } = schema.type.fromBuffer(payload) as Values;
  const header = read as Header;
  const fields = flat(body);
  const [changed, nulled, diffed] = [
    paths(header.changedFields, schema),
    paths(header.nulledFields, schema),
    paths(header.diffFields, schema),
  ];
  for (const id of header.recordIds) {
    const old = state.get(id);
    if (header.changeType === 'DELETE') state.delete(id);
    else if (header.changeType !== 'UPDATE') state.set(id, Object.fromEntries(fields));
    else if (old === undefined) throw new Error(`an update of ${id}, which isn't there`);
    else state.set(id, { ...old, ...updated(old) });
  }
  return header.changeType;

  function updated(old: Values): Values {
    const unnamed = [...fields.keys()].filter((name) => !changed.includes(name));
    if (unnamed.length > 0) throw new Error(`values of ${unnamed.join()}, which didn't change`);
    return Object.fromEntries(
      changed.map((name) => {
        const value = fields.get(name);
        if ((value === undefined) !== nulled.includes(name)) {
          throw new Error(`${name} is ${String(value)}`);
        }
        if (!diffed.includes(name)) return [name, value];
        diffs++;
        return [name, patched(String(old[name]), String(value))];
      }),
    );
  }
}

/** What the org has, in the names and forms of events. */
function expected({ org }: TestPubSub): State {
  const state: State = new Map();
  for (const entity of EDITED_ENTITIES) {
    const fields = org.object(entity)?.fields.filter((each) => each.leftOutOfEvents !== true) ?? [];
    const compounds = new Set(fields.flatMap((field) => field.compoundFieldName ?? []));
    const shown = fields.filter((field) => !compounds.has(field.name));
    for (const record of org.records(entity)) {
      const values = shown.flatMap((field) => {
        const value = record[field.name] ?? null;
        const { name, compoundFieldName: compound, type } = field;
        const prefix = compound === 'Name' ? 0 : (compound?.length ?? 0) - 'Address'.length;
        const path = compound === null ? name : `${compound}.${name.slice(prefix)}`;
        const form = type === 'date' ? Date.parse(String(value)) : value;
        return value === null ? [] : [[path, form] as const];
      });
      state.set(String(record['Id']), Object.fromEntries(values));
    }
  }
  return state;
}

async function schemaOf(client: BareClient, id: string): Promise<Schema> {
  const { schema_json: json } = await client.call('GetSchema', { schema_id: id });
  const schema = JSON.parse(String(json)) as avsc.Schema & { readonly fields: readonly Field[] };
  return { type: avsc.Type.forSchema(schema, { registry: { long } }), fields: schema.fields };
}

/** Nulls are as good as absent. */
const compact = (state: State): State =>
  new Map(
    [...state].map(([id, values]) => [
      id,
      Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
    ]),
  );

test(`folding the events of ${EDITS} random edits gives the org's records (seed ${random.seed})`, async () => {
  await using server = await startTestPubSub();
  using client = new BareClient(server);
  prepareForEdits(server.org);
  const stream = client.subscribe({ topic_name: '/data/ChangeEvents', num_requested: 100 });
  const schemas = new Map<string, Schema>();
  const state: State = new Map();
  const types = new Set<string>();
  let responses = 0;
  const take = async (response: FetchResponse): Promise<void> => {
    for (const { event } of response.events) {
      const schema = schemas.get(event.schema_id) ?? (await schemaOf(client, event.schema_id));
      schemas.set(event.schema_id, schema);
      types.add(fold(state, event.payload, schema));
    }
    const { length } = response.events;
    if (length > 0) stream.send({ num_requested: length });
  };
  // The first edit is made once the stream is open: it begins with what comes next.
  await stream.opened;
  let last = 0;
  server.events.log.onAppend(() => {
    last = server.events.log.positionOf(server.events.log.latest());
  });
  for (let edits = 0; edits < EDITS;) {
    edits += editAtRandom(server.org, server.actor, 100);
    for (let position = -1; position < last; responses++) {
      const response = (await stream.first(responses + 1))[responses];
      if (response === undefined) throw new Error('no response');
      await take(response);
      position = Number(response.latest_replay_id.readBigUInt64BE());
    }
  }
  expect(diffs).toBeGreaterThan(10);
  expect([...types].toSorted()).toEqual(['CREATE', 'DELETE', 'UNDELETE', 'UPDATE']);
  expect(compact(state)).toEqual(expected(server));
});
