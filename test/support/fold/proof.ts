/** Random edits on a running sandbox, and whether everybody who looks at it afterwards sees the same. */
import { startSandbox } from '../../../sandbox/index.ts';
import type { SandboxCredentials } from '../../../sandbox/index.ts';
import { BareClient } from '../pubsub.ts';
import type { Random } from '../random.ts';
import { BareBayeux } from '../streaming.ts';
import { AvroFold, pathsOf, schemaOf } from './avro-fold.ts';
import type { EventSchema } from './avro-fold.ts';
import { Edits } from './edits.ts';
import { JsonFold } from './json-fold.ts';
import { ENTITIES } from './values.ts';
import {
  byBulk,
  byRest,
  bySoql,
  describedFields,
  differences,
  inAvro,
  inEventJson,
  inEvents,
} from './views.ts';
import { Wire } from './wire.ts';

/** Requests before the edits learn which records there are now. */
const REQUESTS_PER_ROUND = 25;
const CREDIT = 100;
const TOPIC = '/data/ChangeEvents';

export interface Proven {
  /** One sentence each; none where all agree. */
  readonly problems: readonly string[];
  /** Events of each change type, as Pub/Sub told them. */
  readonly types: ReadonlyMap<string, number>;
  readonly diffs: number;
  readonly records: number;
  readonly merged: number;
  readonly converted: number;
  /** Single writes, by what tried them. */
  readonly edits: Readonly<Record<string, number>>;
}

/** At least so many single writes, failing ones with them. */
export async function proveFold(random: Random, edits: number): Promise<Proven> {
  const bulk = { queueMs: 0, runMs: 0 };
  const sandbox = await startSandbox({ seed: random.seed, bulk });
  try {
    const wire = new Wire(sandbox);
    await addFields(wire);
    const editing = new Edits(wire, random);
    while (editing.total < edits) {
      await editing.readPools();
      for (let i = 0; i < REQUESTS_PER_ROUND; i++) await editing.edit();
    }
    const { body } = await wire.rest('POST', '/sobjects/Account', { Name: 'The last' });
    const lastId = (body as { id: string }).id;
    const { fold: avro, schemas } = await foldPubSub(sandbox, lastId);
    const json = await foldStreaming(sandbox);
    const { problems, records } = await compare(wire, avro, json, schemas);
    const { types, diffs } = avro;
    const { merged, converted, counts } = editing;
    return { problems, types, diffs, records, merged, converted, edits: counts };
  } finally {
    await sandbox.close();
  }
}

async function addFields(wire: Wire): Promise<void> {
  const fields = [
    { entity: 'Account', name: 'Ext__c', type: 'Text', externalId: true, unique: true },
    { entity: 'Account', name: 'Opens__c', type: 'Time' },
    { entity: 'Account', name: 'Seen__c', type: 'DateTime' },
    { entity: 'Account', name: 'Active__c', type: 'Checkbox' },
    { entity: 'Contact', name: 'Sponsor__c', type: 'Lookup', referenceTo: 'Account' },
    { entity: 'Lead', name: 'Referrer__c', type: 'Lookup', referenceTo: 'Contact' },
  ];
  for (const field of fields) {
    const { status, body } = await wire.control('fields', field);
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
}

/** From the first event to the one that makes `lastId`. */
async function foldPubSub(
  { pubsubPlain, accessToken, orgId }: SandboxCredentials,
  lastId: string,
): Promise<{ fold: AvroFold; schemas: ReadonlyMap<string, EventSchema> }> {
  const plainPort = Number(pubsubPlain.split(':')[1]);
  using client = BareClient.of({ plainPort, accessToken, orgId });
  const start = { topic_name: TOPIC, replay_preset: 'EARLIEST', num_requested: CREDIT };
  const stream = client.subscribe(start);
  const fold = new AvroFold();
  const schemas = new Map<string, EventSchema>();
  for (let responses = 1; !fold.state.has(lastId); responses++) {
    const response = (await stream.first(responses)).at(-1);
    for (const { event } of response?.events ?? []) {
      const id = event.schema_id;
      const schema = schemas.get(id) ?? (await schemaOf(client, id));
      schemas.set(id, schema);
      fold.take(event.payload, schema);
    }
    const taken = response?.events.length ?? 0;
    if (taken > 0) stream.send({ num_requested: taken });
  }
  stream.cancel();
  return { fold, schemas };
}

async function foldStreaming({ http, accessToken }: SandboxCredentials): Promise<JsonFold> {
  const client = new BareBayeux({ url: http, accessToken });
  await client.handshake();
  await client.subscribe(TOPIC, -2);
  const fold = new JsonFold();
  for (const message of await client.drain()) fold.take(message);
  return fold;
}

async function compare(
  wire: Wire,
  avro: AvroFold,
  json: JsonFold,
  schemas: ReadonlyMap<string, EventSchema>,
): Promise<{ problems: string[]; records: number }> {
  const problems: string[] = [];
  const tell = (who: string, found: readonly string[]): void => {
    problems.push(...found.map((each) => `${who}: ${each}`));
  };
  let records = 0;
  for (const entity of ENTITIES) {
    const fields = await describedFields(wire, entity);
    const rest = await byRest(wire, entity, fields);
    records += rest.size;
    tell('SOQL', differences(rest, await bySoql(wire, entity, fields)));
    tell('Bulk', differences(rest, await byBulk(wire, entity, fields)));
    const schema = [...schemas.values()].find(({ type }) => eventOf(type) === entity);
    const told = new Set(schema === undefined ? [] : pathsOf(schema));
    const prefix = [...rest.keys()][0]?.slice(0, 3) ?? '';
    const own = (state: AvroFold['state']): AvroFold['state'] =>
      new Map([...state].filter(([id]) => id.startsWith(prefix)));
    tell('Pub/Sub', differences(inEvents(rest, fields, told, inAvro), own(avro.state)));
    tell('Streaming', differences(inEvents(rest, fields, told, inEventJson), own(json.state)));
  }
  return { problems, records };
}

function eventOf({ name }: EventSchema['type']): string | undefined {
  return name?.replace(/^.*\./, '').replace(/ChangeEvent$/, '');
}
