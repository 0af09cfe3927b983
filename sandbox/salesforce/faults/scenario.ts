import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { AppError, messageOf } from '../../../src/foundation/errors.ts';
import { parseDuration } from '../control/duration.ts';
import { FaultInputError, objectOf, readFaults, unknownName } from './read-settings.ts';
import type { FaultChange } from './read-settings.ts';
import { specOf } from './registry.ts';

/** When a step happens; each happens once. */
export type Trigger =
  /** So long after the sandbox's start, ms. */
  | { readonly kind: 'at'; readonly ms: number }
  /** When the n-th request that fits has come; it still passes as before. */
  | {
      readonly kind: 'requests';
      readonly count: number;
      readonly path: string | undefined;
      readonly method: string | undefined;
    }
  /** When the n-th event since the start can be read. */
  | { readonly kind: 'events'; readonly count: number; readonly topic: string | undefined };

export interface Step {
  readonly trigger: Trigger;
  readonly changes: readonly FaultChange[];
  /** Switches of `changes` are off again after this, ms. */
  readonly forMs: number | undefined;
}

export interface Scenario {
  /** Decides chances and jitters; by default the sandbox's. */
  readonly seed: number | undefined;
  readonly steps: readonly Step[];
}

export const MAX_STEPS = 1000;
export const MAX_SEED = 2 ** 32 - 1;
/** The form of durations, with `parseDuration`. */
export const DURATION = '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$';
export const MAX_DURATION_MS = 30 * 86_400_000;

/** YAML or JSON. Throws AppError that names the step and the property. */
export async function readScenario(file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw invalid(`The scenario ${file} can't be read: ${messageOf(error)}`, error);
  }
  try {
    return scenarioOf(parse(text));
  } catch (error) {
    throw invalid(`The scenario ${file} isn't right: ${messageOf(error)}`, error);
  }
}

function invalid(message: string, cause: unknown): AppError {
  return new AppError('config', 'sandbox.scenario.invalid', message, {
    cause,
    path: 'scenario',
    suggestion:
      'Compare it with scenario.schema.json and with what "headwater sandbox faults" lists.',
  });
}

/** Throws FaultInputError. */
export function scenarioOf(json: unknown): Scenario {
  const { seed, steps } = known(json, '', ['$schema', 'seed', 'steps']);
  if (!Array.isArray(steps)) throw new FaultInputError('steps', 'It must be a list.');
  if (steps.length > MAX_STEPS) {
    throw new FaultInputError('steps', `At most ${MAX_STEPS} are possible.`);
  }
  const items: readonly unknown[] = steps;
  return {
    seed: seed === undefined ? undefined : wholeNumber(seed, 'seed', 0, MAX_SEED),
    steps: items.map((step, i) => stepOf(step, `steps[${i}]`)),
  };
}

function stepOf(json: unknown, path: string): Step {
  const step = known(json, path, ['at', 'after', 'set', 'for']);
  const { at, after } = step;
  if ((at === undefined) === (after === undefined)) {
    throw new FaultInputError(path, 'A step has either "at" or "after".');
  }
  if (step['set'] === undefined) throw new FaultInputError(path, '"set" is missing.');
  const changes = readFaults(step['set'], `${path}.set`);
  const forMs = step['for'] === undefined ? undefined : duration(step['for'], `${path}.for`);
  if (forMs !== undefined && changes.some(({ name }) => specOf(name).kind === 'once')) {
    throw new FaultInputError(`${path}.for`, "What happens at once doesn't last.");
  }
  const trigger: Trigger =
    at === undefined
      ? triggerOf(after, `${path}.after`)
      : { kind: 'at', ms: duration(at, `${path}.at`) };
  return { trigger, changes, forMs };
}

function triggerOf(json: unknown, path: string): Trigger {
  const after = known(json, path, ['requests', 'path', 'method', 'events', 'topic']);
  const count = (value: unknown, name: string): number =>
    value === undefined ? 1 : wholeNumber(value, `${path}.${name}`, 1, Number.MAX_SAFE_INTEGER);
  const text = (name: 'path' | 'method' | 'topic'): string | undefined => {
    const value = after[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw new FaultInputError(`${path}.${name}`, 'It must be a text.');
  };
  const ofEvents = after['events'] !== undefined || after['topic'] !== undefined;
  const ofRequests = ['requests', 'path', 'method'].some((name) => after[name] !== undefined);
  if (ofEvents === ofRequests) {
    const message = 'It has "requests", "path", "method", or else "events", "topic".';
    throw new FaultInputError(path, message);
  }
  if (ofEvents) {
    return { kind: 'events', count: count(after['events'], 'events'), topic: text('topic') };
  }
  return {
    kind: 'requests',
    count: count(after['requests'], 'requests'),
    path: text('path'),
    method: text('method'),
  };
}

/** `2s`, `1h30m`, or milliseconds. */
function duration(value: unknown, path: string): number {
  const ms = typeof value === 'string' ? parseDuration(value) : value;
  if (typeof ms === 'number' && ms >= 0 && ms <= MAX_DURATION_MS) return ms;
  throw new FaultInputError(path, 'It must be a duration like "2s" or "1m30s", 30 days at most.');
}

function wholeNumber(value: unknown, path: string, minimum: number, maximum: number): number {
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= minimum &&
    value <= maximum
  ) {
    return value;
  }
  throw new FaultInputError(path, `It must be a whole number, ${minimum} to ${maximum}.`);
}

function known(
  json: unknown,
  path: string,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const object = objectOf(json, path);
  for (const name of Object.keys(object)) {
    if (!names.includes(name)) throw unknownName(name, path, names);
  }
  return object;
}
