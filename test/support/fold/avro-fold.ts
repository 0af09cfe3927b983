/** Records as a reader of the Pub/Sub API's change events has them: bitmaps, diffs and bodies by code of the tests' own. */
import avsc from 'avsc';
import type { BareClient } from '../pubsub.ts';
import { patched } from '../unified-diff.ts';

type Values = Readonly<Record<string, unknown>>;
/** By id: values by paths such as `Phone` and `BillingAddress.City`, without the empty ones. */
export type FoldedState = Map<string, Values>;

interface Header {
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly nulledFields: readonly string[];
  readonly diffFields: readonly string[];
  readonly changedFields: readonly string[];
}

interface Field {
  readonly name: string;
  readonly type: unknown;
}

export interface EventSchema {
  readonly type: avsc.Type;
  readonly fields: readonly Field[];
}

const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => Number(bytes.readBigInt64LE()),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: Number,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'number',
  compare: () => 0,
});

export async function schemaOf(client: BareClient, id: string): Promise<EventSchema> {
  const { schema_json: json } = await client.call('GetSchema', { schema_id: id });
  const schema = JSON.parse(String(json)) as avsc.Schema & { readonly fields: readonly Field[] };
  return { type: avsc.Type.forSchema(schema, { registry: { long } }), fields: schema.fields };
}

export class AvroFold {
  readonly state: FoldedState = new Map();
  /** How many events of each change type were taken. */
  readonly types = new Map<string, number>();
  diffs = 0;

  /** Throws where the event doesn't fit what came before, or itself. */
  take(payload: Buffer, schema: EventSchema): void {
    const { ChangeEventHeader: read, ...body } = schema.type.fromBuffer(payload) as Values;
    const header = read as Header;
    const { changeType, recordIds } = header;
    this.types.set(changeType, (this.types.get(changeType) ?? 0) + 1);
    const fields = flat(body);
    for (const id of recordIds) {
      const old = this.state.get(id);
      if (changeType !== 'CREATE' && changeType !== 'UNDELETE' && old === undefined) {
        throw new Error(`${changeType} of ${id}, which isn't there`);
      }
      if (changeType === 'DELETE') this.state.delete(id);
      else if (changeType !== 'UPDATE') this.state.set(id, Object.fromEntries(fields));
      else this.state.set(id, this.#updated(old ?? {}, fields, header, schema));
    }
  }

  #updated(
    old: Values,
    fields: ReadonlyMap<string, unknown>,
    header: Header,
    schema: EventSchema,
  ): Values {
    const [changed, nulled, diffed] = [
      paths(header.changedFields, schema),
      paths(header.nulledFields, schema),
      paths(header.diffFields, schema),
    ];
    const unnamed = [...fields.keys()].filter((name) => !changed.includes(name));
    if (unnamed.length > 0) throw new Error(`values of ${unnamed.join()}, which didn't change`);
    const next: Record<string, unknown> = { ...old };
    for (const name of changed) {
      const value = fields.get(name);
      if ((value === undefined) !== nulled.includes(name)) {
        throw new Error(`${name} is ${String(value)}`);
      }
      if (value === undefined) delete next[name];
      else next[name] = diffed.includes(name) ? this.#patched(old[name], value) : value;
    }
    return next;
  }

  #patched(old: unknown, diff: unknown): string {
    this.diffs++;
    return patched(String(old), String(diff));
  }
}

/** `0x…` and `N-0x…` → paths. */
function paths(bitmaps: readonly string[], { fields }: EventSchema): string[] {
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

const SIMPLE = new Set(['string', 'boolean', 'int', 'long', 'double']);

/** All paths that events of this schema can tell. */
export function pathsOf({ fields }: EventSchema): string[] {
  return fields
    .filter(({ type }) => Array.isArray(type))
    .flatMap((field) => {
      const parts = partsOf(field, fields).map(({ name }) => `${field.name}.${name}`);
      const simple = (field.type as readonly unknown[]).some((each) => SIMPLE.has(String(each)));
      return [...(simple ? [field.name] : []), ...parts];
    });
}
