/** Request bodies: checked by hand, so that what is wrong is said in one sentence. */
import type { Properties } from '../config/definition.ts';
import { trimJava } from '../config/java-trim.ts';
import type { InitialState, OffsetEntry } from '../herder/herder.ts';
import { badRequest } from './errors.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface CreateRequest {
  readonly name: string;
  readonly config: Properties;
  readonly initialState: InitialState;
}

const INITIAL_STATES: readonly InitialState[] = ['RUNNING', 'PAUSED', 'STOPPED'];

export function createRequest(body: unknown): CreateRequest {
  const fields = objectWith(body, ['name', 'config', 'initial_state']);
  const { name: given = '', config, initial_state: initial = 'RUNNING' } = fields;
  const name = textOf('name', given) ?? '';
  if (config === undefined || config === null) throw badRequest('config is required.', 'config');
  const asked = typeof initial === 'string' ? initial.toUpperCase() : initial;
  const initialState = INITIAL_STATES.find((state) => state === asked);
  if (initialState === undefined) {
    throw badRequest(`initial_state must be one of ${INITIAL_STATES.join(', ')}.`, 'initial_state');
  }
  return { name: trimJava(name), config: propertiesOf(config), initialState };
}

/** Numbers and booleans become their text, as in Connect. */
export function propertiesOf(body: unknown): Properties {
  return Object.fromEntries(
    Object.entries(patchOf(body)).map(([name, text]) => {
      if (text === null) throw badRequest(`${name} must not be null; leave it out.`, name);
      return [name, text];
    }),
  );
}

/** As `propertiesOf`; null = take this property out. */
export function patchOf(body: unknown): Readonly<Record<string, string | null>> {
  const entries = Object.entries(objectOf(body, 'The configuration'));
  return Object.fromEntries(entries.map(([name, value]) => [name, textOf(name, value)]));
}

/** `{"offsets": [{"partition": {…}, "offset": {…} | null}, …]}`. */
export function offsetsOf(body: unknown): readonly OffsetEntry[] {
  const { offsets } = objectWith(body, ['offsets']);
  if (
    offsets === undefined ||
    offsets === null ||
    (Array.isArray(offsets) && offsets.length === 0)
  ) {
    throw badRequest('Partitions / offsets need to be provided for an alter offsets request');
  }
  if (!Array.isArray(offsets)) throw badRequest('offsets must be a list.', 'offsets');
  return offsets.map((entry: unknown) => {
    const { partition, offset } = objectWith(entry, ['partition', 'offset']);
    if (partition === undefined || partition === null) {
      throw badRequest('Partition objects cannot be null');
    }
    return {
      partition: objectOf(partition, 'partition'),
      offset: offset === undefined || offset === null ? null : objectOf(offset, 'offset'),
    };
  });
}

/** An object that has no other fields than these. */
export function objectWith(body: unknown, known: readonly string[]): JsonObject {
  const fields = objectOf(body, 'The body');
  const other = Object.keys(fields).find((name) => !known.includes(name));
  if (other === undefined) return fields;
  throw badRequest(`Unrecognized field "${other}"; known are ${known.join(', ')}.`, other);
}

function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value));
  }
  throw badRequest(`${what} must be a JSON object.`);
}

function textOf(name: string, value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  throw badRequest(`${name} must be a text, not a list or an object.`, name);
}
