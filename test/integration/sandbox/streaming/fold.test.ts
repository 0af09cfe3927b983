/**
 * Goal: whoever folds the Streaming API's change events has the org's records, whatever was done to them.
 * Method: 10,000 random edits in transactions; a reader of the test's own reads JSON over HTTP, and nothing else.
 */
import { expect, test } from 'vitest';
import type { FieldDef } from '../../../../sandbox/salesforce/org/types.ts';
import {
  editAtRandom,
  EDITED_ENTITIES,
  prepareForEdits,
  random,
} from '../../../support/random-edits.ts';
import { BareBayeux, startTestStreaming } from '../../../support/streaming.ts';
import type { Message, TestStreaming } from '../../../support/streaming.ts';
import { patched } from '../../../support/unified-diff.ts';

const EDITS = 10_000;
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
    else next[name] = isDiff(value) ? patchedText(String(old[name]), value.diff) : value;
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
function patchedText(before: string, diff: string): string {
  diffs++;
  return patched(before, diff);
}

/** What the org has, in the names and forms of events. */
function expected({ org }: TestStreaming): State {
  const state: State = new Map();
  for (const entity of EDITED_ENTITIES) {
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
    prepareForEdits(server.org);
    const client = new BareBayeux(server);
    await client.handshake();
    await client.subscribe('/data/ChangeEvents');
    const state: State = new Map();
    const types = new Map<string, number>();
    let last = 0;
    for (let edits = 0; edits < EDITS;) {
      edits += editAtRandom(server.org, server.actor, 100);
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
