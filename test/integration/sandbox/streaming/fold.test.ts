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
import type { TestStreaming } from '../../../support/streaming.ts';
import { JsonFold } from '../../../support/fold/json-fold.ts';

const EDITS = 10_000;
type State = Map<string, Record<string, unknown>>;

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
    const fold = new JsonFold();
    for (let edits = 0; edits < EDITS;) {
      edits += editAtRandom(server.org, server.actor, 100);
      for (const message of await client.drain()) fold.take(message);
    }
    expect(fold.diffs).toBeGreaterThan(10);
    expect([...fold.types.keys()].toSorted()).toEqual(['CREATE', 'DELETE', 'UNDELETE', 'UPDATE']);
    expect(fold.state).toEqual(expected(server));
  } finally {
    await server[Symbol.asyncDispose]();
  }
});
