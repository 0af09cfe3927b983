/** An org's records as REST, SOQL and Bulk tell them, in one form: empty values left out, instants in epoch ms. */
import type { FoldedState } from './avro-fold.ts';
import type { Wire } from './wire.ts';

export interface Described {
  readonly name: string;
  readonly type: string;
  readonly compoundFieldName: string | null;
}

const RECORDS_PER_CALL = 200;
const NUMBERS = ['int', 'double', 'currency', 'percent'];
const NOT_IN_BULK = ['address', 'location', 'base64'];

/** Fields that all three can show. */
export async function describedFields(wire: Wire, entity: string): Promise<Described[]> {
  const { body } = await wire.rest('GET', `/sobjects/${entity}/describe`);
  const { fields } = body as { readonly fields: readonly Described[] };
  return fields.filter(({ type }) => !NOT_IN_BULK.includes(type));
}

export async function byRest(
  wire: Wire,
  entity: string,
  fields: readonly Described[],
): Promise<FoldedState> {
  const ids = (await wire.query(`SELECT Id FROM ${entity}`)).map(({ Id }) => String(Id));
  const state: FoldedState = new Map();
  for (let at = 0; at < ids.length; at += RECORDS_PER_CALL) {
    const { body } = await wire.rest('POST', `/composite/sobjects/${entity}`, {
      ids: ids.slice(at, at + RECORDS_PER_CALL),
      fields: fields.map(({ name }) => name),
    });
    for (const record of body as Record<string, unknown>[]) put(state, record, fields, fromJson);
  }
  return state;
}

export async function bySoql(
  wire: Wire,
  entity: string,
  fields: readonly Described[],
): Promise<FoldedState> {
  const names = fields.map(({ name }) => name).join(', ');
  const state: FoldedState = new Map();
  for (const record of await wire.query(`SELECT ${names} FROM ${entity}`)) {
    put(state, record, fields, fromJson);
  }
  return state;
}

export async function byBulk(
  wire: Wire,
  entity: string,
  fields: readonly Described[],
): Promise<FoldedState> {
  const names = fields.map(({ name }) => name).join(', ');
  const csv = await wire.bulkQuery(`SELECT ${names} FROM ${entity}`);
  const [header = [], ...rows] = cells(csv);
  const state: FoldedState = new Map();
  for (const row of rows) {
    const record = Object.fromEntries(header.map((name, i) => [name, row[i]]));
    put(state, record, fields, fromCsv);
  }
  return state;
}

/** Of what is quoted throughout, lines ended by LF. */
function cells(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, cell = '', end] of csv.matchAll(/"((?:[^"]|"")*)"([,\n])/g)) {
    rows.at(-1)?.push(cell.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

function put(
  state: FoldedState,
  record: Readonly<Record<string, unknown>>,
  fields: readonly Described[],
  read: (type: string, value: unknown) => unknown,
): void {
  const values = fields.flatMap(({ name, type }) => {
    const value = read(type, record[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  state.set(String(record['Id']), Object.fromEntries(values));
}

function fromJson(type: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') return value;
  if (type === 'datetime') return instant(value);
  return type === 'time' ? timeOfDay(value) : value;
}

function fromCsv(type: string, value: unknown): unknown {
  if (value === '' || value === undefined) return undefined;
  if (NUMBERS.includes(type)) return Number(value);
  return type === 'boolean' ? value === 'true' : fromJson(type, value);
}

function instant(text: string): number {
  return Date.parse(text.replace('+0000', 'Z'));
}

function timeOfDay(text: string): number {
  return Date.parse(`1970-01-01T${text}`);
}

/** As Pub/Sub's events would have it: dates in epoch ms, too. */
export function inAvro(type: string, value: unknown): unknown {
  return type === 'date' ? Date.parse(String(value)) : value;
}

/** As the Streaming API's events would have it. */
export function inEventJson(type: string, value: unknown): unknown {
  if (type === 'datetime') return new Date(Number(value)).toISOString();
  return type === 'time' ? new Date(Number(value)).toISOString().slice(11) : value;
}

/** What events tell of a view: their paths, their forms. */
export function inEvents(
  view: FoldedState,
  fields: readonly Described[],
  told: ReadonlySet<string>,
  form: (type: string, value: unknown) => unknown,
): FoldedState {
  const known = fields
    .map((field) => ({ ...field, path: pathOf(field) }))
    .filter(({ path }) => told.has(path));
  return new Map(
    [...view].map(([id, values]) => [
      id,
      Object.fromEntries(
        known
          .filter(({ name }) => name in values)
          .map(({ name, type, path }) => [path, form(type, values[name])]),
      ),
    ]),
  );
}

function pathOf({ name, compoundFieldName: compound }: Described): string {
  if (compound === null || compound === name) return name;
  if (compound === 'Name') return `Name.${name}`;
  return `${compound}.${name.slice(compound.length - 'Address'.length)}`;
}

/** The first few differences, one sentence each. */
export function differences(expected: FoldedState, actual: FoldedState, most = 5): string[] {
  const found: string[] = [];
  for (const id of new Set([...expected.keys(), ...actual.keys()])) {
    const [wanted, got] = [expected.get(id), actual.get(id)];
    if (wanted === undefined) found.push(`${id} is there and should not be`);
    else if (got === undefined) found.push(`${id} is missing`);
    else {
      for (const name of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
        if (wanted[name] === got[name]) continue;
        found.push(`${id} ${name}: ${String(got[name])}, not ${String(wanted[name])}`);
      }
    }
    if (found.length >= most) return found.slice(0, most);
  }
  return found;
}
