/**
 * Goal: while people write, the org gains a field, loses one, and has one retyped; nothing is lost, and the worker is
 * restarted only where `schema.incompatible=fail` says so.
 * Method: a sandbox whose control API changes the objects, a worker in a process of its own, the run's Kafka and registry,
 * a warehouse as the witness. The topics are compared with the org's log of commits, the tables with the org.
 */
import { join } from 'node:path';
import { expect, onTestFailed, test } from 'vitest';
import { compareTables } from '../../../sandbox/demo/compare.ts';
import { OrgClient } from '../../../sandbox/demo/org-client.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import type { Struct } from '../../../src/sdk/index.ts';
import { eventually } from '../../support/eventually.ts';
import { Line, type LineParts } from '../../support/line.ts';
import { Load, OBJECTS, type Committed } from '../../support/load.ts';
import { seededRandom } from '../../support/random.ts';
import { change, connection, harness, Poller, type Harness } from '../../support/source-task.ts';
import { told } from '../../support/told.ts';

const PER_SECOND = 150;
/** Changes between two changes of the org's objects: the stream is amid them all the time. */
const STRETCH = 150;
const LASTS_MS = 90_000;
const project = join(import.meta.dirname, '../../../sandbox/demo/shop');
const NOTHING_WRONG = { missing: [], invented: [], misordered: [], duplicates: 0 };

test(
  'fields gained and lost are followed without a restart, and nothing is lost',
  async () => {
    await using shop = await Shop.open();
    const { line, load } = shop;
    await shop.stretch();

    await shop.setup('POST', { name: 'Gears__c', type: 'Number', precision: 4, scale: 0 });
    await shop.setup('POST', { name: 'Sold_On__c', type: 'Date' });
    await shop.setup('POST', { name: 'Checked_At__c', type: 'DateTime' });
    load.gain('Bike__c', 'Gears__c', (random) => random.below(30));
    load.gain('Bike__c', 'Sold_On__c', (random) => `2026-0${1 + random.below(9)}-17`);
    load.gain('Bike__c', 'Checked_At__c', (random) => `2026-03-01T10:0${random.below(10)}:00.000Z`);
    await shop.stretch();

    load.lose('Bike__c', 'In_Stock__c');
    await shop.setup('DELETE', { name: 'In_Stock__c' });
    await shop.stretch();

    const committed = await shop.settled();
    expect(await told(line, OBJECTS, committed)).toEqual(NOTHING_WRONG);
    expect(await shop.differences('Bike__c', 'Bike__c')).toEqual([]);
    expect(await shop.differences('Account', 'Account')).toEqual([]);
    // The comparison saw the new columns filled, and what was lost is kept as it last was.
    for (const column of ['Gears__c', 'Sold_On__c', 'Checked_At__c', 'In_Stock__c']) {
      expect(await shop.rows('Bike__c', `${column} IS NOT NULL`), column).toBeGreaterThan(0);
    }
    expect(shop.states).toEqual(new Set(['RUNNING']));
  },
  LASTS_MS,
);

test(
  'a retyped field goes on in a topic of its own with schema.incompatible=new.topic',
  async () => {
    await using shop = await Shop.open({ 'schema.incompatible': 'new.topic' });
    const { line } = shop;
    await shop.stretch();
    const before = await shop.retype();
    await shop.stretch();

    const committed = await shop.settled('Bike__c.v2');
    expect(await told(line, [...OBJECTS, 'Bike__c.v2'], committed)).toEqual(NOTHING_WRONG);
    const old = committed.slice(0, before).filter(({ change }) => change.entity === 'Bike__c');
    expect(await told(line, ['Bike__c'], old)).toEqual(NOTHING_WRONG);
    expect(await shop.differences('Bike__c', 'Bike__c.v2', shop.createdSince(before))).toEqual([]);
    expect(await shop.differences('Account', 'Account')).toEqual([]);
    expect(await shop.rows('Bike__c', `Code__c LIKE 'code %'`)).toBeGreaterThan(0);
    expect(await shop.rows('Bike__c.v2', 'Code__c > 0')).toBeGreaterThan(0);
    expect(shop.states).toEqual(new Set(['RUNNING']));
  },
  LASTS_MS,
);

test(
  'a retyped field fails the task with schema.incompatible=fail, which goes on where it stood',
  async () => {
    await using shop = await Shop.open();
    const { line, load } = shop;
    await shop.stretch();
    const before = await shop.retype();
    const source = await eventually(
      async () => (await line.worker.states()).get('source'),
      (seen) => seen?.state === 'FAILED',
    );
    const trace = source?.trace;
    expect(trace).toContain(`Code__c of ${line.prefix}.Bike__c was string and is now float64`);
    expect(trace).toContain('schema.incompatible=new.topic');
    await shop.stretch();

    // All that came before is there, nothing that came after, and the position says the same.
    const old = load.committed.slice(0, before).filter(({ change }) => change.entity === 'Bike__c');
    const topic = await line.read('Bike__c');
    expect(await told(line, ['Bike__c'], old)).toEqual(NOTHING_WRONG);
    const last = topic.at(-1)?.value['source'] as Readonly<Record<string, unknown>>;
    await eventually(
      async () =>
        (await line.storedOffsets('source')).find(({ partition }) =>
          String(partition['channel']).includes('Bike__'),
        )?.offset?.['replayId'],
      (replayId) => replayId === last['replayId'],
    );

    const config = (await line.call('GET', '/connectors/source/config')) as Record<string, string>;
    await line.call('PUT', '/connectors/source/config', {
      ...config,
      'schema.incompatible': 'new.topic',
    });
    await line.running();
    const committed = await shop.settled('Bike__c.v2');
    const { duplicates, ...wrong } = await told(line, [...OBJECTS, 'Bike__c.v2'], committed);
    expect(wrong).toEqual({ missing: [], invented: [], misordered: [] });
    // Only what was on its way when the task failed may come twice.
    expect(duplicates).toBeLessThan(STRETCH);
    expect(await shop.differences('Bike__c', 'Bike__c.v2', shop.createdSince(before))).toEqual([]);
    expect(await shop.differences('Account', 'Account')).toEqual([]);
  },
  LASTS_MS,
);

test('what was written before a retyping is published in its old type, though it is read later', async () => {
  await using cleanup = new AsyncDisposableStack();
  const sandbox = cleanup.adopt(await startSandbox(), (each) => each.close());
  const org = new OrgClient(sandbox.http, sandbox.accessToken);
  const at = '2026-03-01T10:00:00.000Z';
  await setup(sandbox, 'POST', { entity: 'Account', name: 'Seen__c', type: 'DateTime' });
  await org.create('Account', { Name: 'Early', Seen__c: at });
  await setup(sandbox, 'PATCH', { entity: 'Account', name: 'Seen__c', type: 'Date' });
  await org.create('Account', { Name: 'Late', Seen__c: '2026-03-02' });

  const more = { 'schema.incompatible': 'new.topic', 'salesforce.initial.start': 'all' };
  const poller = cleanup.use(await Poller.open(connection(sandbox, more), harness()));
  const found = (await poller.until(4)).map((record) => {
    const { op, record: fields } = change(record);
    return [record.topic, op, (fields as Struct)['Seen__c']];
  });
  const day = Date.parse('2026-03-02') / 86_400_000;
  expect(found).toEqual([
    ['org.Account', 'create', BigInt(Date.parse(at))],
    // The conversion empties the field and is told as a change of any record: all are read as they are by now.
    ['org.Account.v2', 'repair', null],
    ['org.Account.v2', 'repair', day],
    ['org.Account.v2', 'create', day],
  ]);
});

test('an entity stays in its newest topic when the retyped field goes, and an older event in the topic it fits', async () => {
  await using cleanup = new AsyncDisposableStack();
  const sandbox = cleanup.adopt(await startSandbox(), (each) => each.close());
  const org = new OrgClient(sandbox.http, sandbox.accessToken);
  const field = { entity: 'Account', name: 'Rank__c' };
  await setup(sandbox, 'POST', { ...field, type: 'Text' });
  await org.create('Account', { Name: 'Text', Rank__c: 'first' });
  await setup(sandbox, 'PATCH', { ...field, type: 'Number' });
  await org.create('Account', { Name: 'Number', Rank__c: 2 });
  await setup(sandbox, 'DELETE', field);
  await org.create('Account', { Name: 'Gone' });

  const more = { 'schema.incompatible': 'new.topic', 'salesforce.initial.start': 'all' };
  const topics = async (made: Harness): Promise<readonly string[]> => {
    await using poller = await Poller.open(connection(sandbox, more), made);
    return (await poller.until(3)).map((record) => record.topic);
  };
  const made = harness();
  expect(await topics(made)).toEqual(['org.Account', 'org.Account.v2', 'org.Account.v2']);
  // Once more from the start, as after a replay: the registry knows both topics now.
  made.offsets.stored.clear();
  expect(await topics(made)).toEqual(['org.Account', 'org.Account.v2', 'org.Account.v2']);
});

/** A line under load: bikes with a code (a text), accounts, contacts, and a warehouse of all of them. */
class Shop implements AsyncDisposable {
  readonly line: Line;
  readonly load: Load;
  /** Every state in which the source's task was seen. */
  readonly states = new Set<string>();
  readonly #end = new AbortController();
  readonly #working: readonly Promise<void>[];

  private constructor(line: Line, load: Load) {
    this.line = line;
    this.load = load;
    this.#working = [load.run(PER_SECOND, this.#end.signal), this.#watch()];
  }

  static async open(more: Record<string, string> = {}): Promise<Shop> {
    const random = seededRandom();
    onTestFailed(() => console.error(`HEADWATER_SEED=${random.seed}`));
    await using cleanup = new AsyncDisposableStack();
    const line = cleanup.use(
      await Line.open((parts) => connectors(parts, more), { project, seed: random.seed }),
    );
    await setup(line.sandbox, 'POST', { name: 'Code__c', type: 'Text' });
    line.start();
    await line.running();
    const load = new Load(line.sandbox.org, random);
    load.gain('Bike__c', 'Code__c', (each) => `code ${each.below(1_000)}`);
    cleanup.move();
    return new Shop(line, load);
  }

  /** Changes a field of Bike__c as an administrator does. */
  setup(method: string, field: Record<string, unknown>): Promise<void> {
    return setup(this.line.sandbox, method, field);
  }

  /** The code becomes a number; returns how many changes had been committed before. */
  async retype(): Promise<number> {
    let before = 0;
    await this.load.between(async () => {
      await this.setup('PATCH', { name: 'Code__c', type: 'Number' });
      before = this.load.committed.length;
      this.load.gain('Bike__c', 'Code__c', (random) => 1 + random.below(1_000));
    });
    return before;
  }

  /** Lets people work for a while. */
  async stretch(): Promise<void> {
    const { committed } = this.load;
    const enough = committed.length + STRETCH;
    await eventually(
      () => committed.length,
      (length) => length >= enough,
    );
  }

  /** People go home; returns all they did, once the warehouse has their last bike, account and contact. */
  async settled(bikes = 'Bike__c'): Promise<readonly Committed[]> {
    await this.#stop();
    for (const entity of OBJECTS) {
      const id = this.load.create(entity);
      await eventually(
        () => this.rows(entity === 'Bike__c' ? bikes : entity, `Id = '${id}'`),
        (found) => found === 1,
        60_000,
      );
    }
    return this.load.committed;
  }

  /** Records created after the first `count` changes. */
  createdSince(count: number): (id: string) => boolean {
    const since = this.load.committed.slice(count);
    const created = since.filter(({ change }) => change.type === 'CREATE');
    const ids = new Set(created.map(({ change }) => change.id));
    expect(ids.size).toBeGreaterThan(0);
    return (id) => ids.has(id);
  }

  async differences(
    entity: string,
    topic: string,
    concerns?: (id: string) => boolean,
  ): Promise<readonly string[]> {
    const tables = [[entity, this.#table(topic)]] as const;
    const { org, worker } = this.line;
    const { rows, differences } = await compareTables(org, worker, tables, concerns);
    expect(rows).toBeGreaterThan(0);
    return differences;
  }

  async rows(topic: string, condition: string): Promise<number> {
    const sql = `SELECT Id FROM "${this.#table(topic)}" WHERE ${condition}`;
    return (await this.line.worker.query(sql))?.length ?? -1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    this.load[Symbol.dispose]();
    await this.line[Symbol.asyncDispose]();
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const states = await this.line.worker.states();
      this.states.add(states.get('source')?.state ?? 'gone');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#working);
  }

  #table(topic: string): string {
    return `${this.line.prefix}.${topic}`.replace(/\W/g, '_');
  }
}

async function setup(
  sandbox: Sandbox,
  method: string,
  field: Record<string, unknown>,
): Promise<void> {
  const answer = await fetch(`${sandbox.http}/__sandbox/v1/fields`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ entity: 'Bike__c', ...field }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

function connectors(
  { connection, prefix, warehouse, group }: LineParts,
  more: Record<string, string>,
): Record<string, Record<string, string>> {
  return {
    source: {
      'connector.class': 'SalesforcePubSubSource',
      ...connection,
      'salesforce.channels': OBJECTS.map(
        (name) => `/data/${name.replace(/__c$/, '__')}ChangeEvent`,
      ).join(','),
      'salesforce.initial.start': 'all',
      'topic.prefix': prefix,
      ...more,
    },
    warehouse: {
      'connector.class': 'DuckDbSink',
      'topics.regex': `${prefix}[.].*`,
      'duckdb.path': warehouse,
      ...group('warehouse'),
    },
  };
}
