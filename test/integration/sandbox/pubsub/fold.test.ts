/**
 * Goal: whoever folds the Pub/Sub API's change events has the org's records, whatever was done to them.
 * Method: 10,000 random edits in transactions; a reader of the test's own takes schemas and events over gRPC, decodes
 * with avsc, reads bitmaps and applies diffs.
 */
import { expect, test } from 'vitest';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import type { FetchResponse, TestPubSub } from '../../../support/pubsub.ts';
import {
  editAtRandom,
  EDITED_ENTITIES,
  prepareForEdits,
  random,
} from '../../../support/random-edits.ts';
import { AvroFold, schemaOf } from '../../../support/fold/avro-fold.ts';
import type { EventSchema } from '../../../support/fold/avro-fold.ts';

const EDITS = 10_000;

type State = Map<string, Readonly<Record<string, unknown>>>;

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

test(`folding the events of ${EDITS} random edits gives the org's records (seed ${random.seed})`, async () => {
  await using server = await startTestPubSub();
  using client = new BareClient(server);
  prepareForEdits(server.org);
  const stream = client.subscribe({ topic_name: '/data/ChangeEvents', num_requested: 100 });
  const schemas = new Map<string, EventSchema>();
  const fold = new AvroFold();
  let responses = 0;
  const take = async (response: FetchResponse): Promise<void> => {
    for (const { event } of response.events) {
      const schema = schemas.get(event.schema_id) ?? (await schemaOf(client, event.schema_id));
      schemas.set(event.schema_id, schema);
      fold.take(event.payload, schema);
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
  expect(fold.diffs).toBeGreaterThan(10);
  expect([...fold.types.keys()].toSorted()).toEqual(['CREATE', 'DELETE', 'UNDELETE', 'UPDATE']);
  expect(fold.state).toEqual(expected(server));
});
