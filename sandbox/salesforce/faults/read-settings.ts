import { closest, distance } from 'fastest-levenshtein';
import { FAULT_NAMES, groupOf, isFault, specOf } from './registry.ts';
import type { FaultName } from './registry.ts';
import type { AnySetting, FaultSpec, ParameterSpec } from './spec.ts';

/** What a body or a scenario's step asks for: no settings switch the fault off. */
export interface FaultChange {
  readonly name: FaultName;
  readonly settings: readonly AnySetting[];
}

/** Settings of one fault at most, for different paths. */
export const MAX_SETTINGS = 100;
export const MAX_COUNT = 1_000_000_000;

/** A sentence about the place `path`: `steps[1].set.latency.ms`. */
export class FaultInputError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`);
    this.path = path;
  }
}

/**
 * `{latency: {ms: 200, path: "/services/data/*"}, serviceUnavailable: 3, pubsub: {silent: true}}`. A number is a
 * count, `false`, `0` and `[]` are off, `true` is on by defaults, a list has several settings. Throws FaultInputError.
 */
export function readFaults(body: unknown, path = ''): FaultChange[] {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  return Object.entries(objectOf(body, path)).flatMap(([key, value]) => {
    if (!GROUPS.has(key)) return readFault(key, value, at(key));
    return Object.entries(objectOf(value, at(key))).flatMap(([member, inner]) =>
      readFault(`${key}.${member}`, inner, `${at(key)}.${member}`),
    );
  });
}

const GROUPS = new Set(FAULT_NAMES.flatMap((name) => groupOf(name)?.group ?? []));

function readFault(name: string, value: unknown, path: string): FaultChange {
  if (!isFault(name)) throw unknownName(name, path, FAULT_NAMES);
  const spec = specOf(name);
  if (Array.isArray(value) && spec.kind === 'each') {
    if (value.length > MAX_SETTINGS) {
      throw new FaultInputError(path, `At most ${MAX_SETTINGS} settings are possible.`);
    }
    const items: readonly unknown[] = value;
    return { name, settings: items.map((each, i) => readOne(spec, each, `${path}[${i}]`)) };
  }
  if (value === false || value === null || value === 0) return { name, settings: [] };
  return { name, settings: [readOne(spec, value, path)] };
}

function readOne(spec: FaultSpec, value: unknown, path: string): AnySetting {
  if (value === true) return readParameters(spec, {}, path);
  if (typeof value === 'number' && spec.kind === 'each') {
    return readParameters(spec, { count: value }, path);
  }
  return readParameters(spec, objectOf(value, path), path);
}

function readParameters(
  spec: FaultSpec,
  given: Readonly<Record<string, unknown>>,
  path: string,
): AnySetting {
  const known = parametersOf(spec);
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(known, key)) throw unknownName(key, `${path}.${key}`, Object.keys(known));
  }
  const setting: Record<string, number | string | undefined> = {};
  for (const [key, parameter] of Object.entries(known)) {
    const value = given[key] === undefined ? parameter.default : given[key];
    if (value !== undefined) setting[key] = readValue(parameter, value, `${path}.${key}`);
    else if (parameter.required === true) {
      throw new FaultInputError(path, `"${key}" is missing: ${parameter.summary.toLowerCase()}.`);
    }
  }
  return setting;
}

const COUNT = {
  type: 'integer',
  unit: 'times',
  minimum: 0,
  maximum: MAX_COUNT,
  summary: 'So many times, then it is off; by default until it is switched off',
} as const;
const PROBABILITY = {
  type: 'number',
  unit: '',
  minimum: 0,
  maximum: 1,
  summary: 'How likely it is each time, by the seed; by default it is certain',
} as const;
const PATH = {
  type: 'text',
  summary: 'Only requests of this path, without the query; * stands for any characters',
} as const;
const HTTP_METHOD = {
  type: 'choice',
  of: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
  summary: 'Only requests of this method',
} as const;
const RPC = {
  type: 'choice',
  of: ['Subscribe', 'GetSchema', 'GetTopic', 'Publish', 'PublishStream', 'ManagedSubscribe'],
  summary: 'Only calls of this rpc',
} as const;

/** By the names that the JSON Schema has for them. */
export const SHARED_PARAMETERS = {
  count: COUNT,
  probability: PROBABILITY,
  path: PATH,
  method: HTTP_METHOD,
  rpc: RPC,
};

/** The fault's own parameters, and those that its kind has. */
export function parametersOf(spec: FaultSpec): Readonly<Record<string, ParameterSpec>> {
  if (spec.kind !== 'each') return spec.parameters;
  const parameters = { ...spec.parameters, count: COUNT, probability: PROBABILITY };
  if (spec.chooses === 'requests') return { ...parameters, path: PATH, method: HTTP_METHOD };
  return spec.chooses === 'rpcs' ? { ...parameters, method: RPC } : parameters;
}

function readValue(parameter: ParameterSpec, value: unknown, path: string): number | string {
  if (parameter.type === 'integer' || parameter.type === 'number') {
    const { minimum, maximum, unit } = parameter;
    const fits =
      typeof value === 'number' &&
      value >= minimum &&
      value <= maximum &&
      (parameter.type === 'number' || Number.isInteger(value));
    if (fits) return value;
    const what = parameter.type === 'integer' ? 'whole number' : 'number';
    const range = `${minimum} to ${maximum}${unit === '' ? '' : ` ${unit}`}`;
    throw new FaultInputError(path, `It must be a ${what}, ${range}.`);
  }
  if (typeof value !== 'string' || value === '') {
    throw new FaultInputError(path, 'It must be a text.');
  }
  if (!('of' in parameter) || parameter.of.includes(value)) return value;
  throw unknownName(value, path, parameter.of);
}

export function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new FaultInputError(path, 'It must be an object.');
}

/** With the nearest known name, where one is near. */
export function unknownName(name: string, path: string, known: readonly string[]): FaultInputError {
  const nearest = known.length === 0 ? '' : closest(name, known);
  const isNear =
    nearest !== '' &&
    distance(name, nearest) <= Math.min(name.length - 1, Math.max(2, name.length / 3));
  const hint = isNear
    ? ` Did you mean "${nearest}"?`
    : known.length > 12
      ? ' "headwater sandbox faults" lists what there is.'
      : ` Known are ${known.map((each) => `"${each}"`).join(', ')}.`;
  const place = path.endsWith(name) ? path.slice(0, -name.length).replace(/\.$/, '') : path;
  return new FaultInputError(place, `"${name}" is not known.${known.length === 0 ? '' : hint}`);
}
