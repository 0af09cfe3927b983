/**
 * `npm run demo`: an order-to-delivery story of a bicycle shop. People buy and edit in a local Salesforce; a
 * real worker carries every change through a real Kafka into DuckDB and back into Salesforce, is killed
 * once on the way, and the warehouse is compared with the org at the end.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/foundation/log.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import type { SandboxCredentials } from '../index.ts';
import { stackDown, stackUp } from '../stack/index.ts';
import { compare } from './compare.ts';
import { DEAD_LETTERS, ORDERS_TOPIC, writeFiles } from './files.ts';
import { OrgClient } from './org-client.ts';
import { People, type Deed } from './people.ts';
import { freePort, HeadwaterProcess } from './processes.ts';
import { Screen } from './screen.ts';
import { WorkerClient } from './worker-client.ts';

const root = join(import.meta.dirname, '..', '..');
const ACTS_BEFORE_KILL = 400;
const ACTS_AFTER_KILL = 300;
/** Things people do per second. */
const PACE = 50;
const SETTLE_MS = 60_000;
const sleep = (ms: number): Promise<void> => systemClock.sleep(ms);

async function main(): Promise<number> {
  const exitAtEnd = process.argv.includes('--exit');
  const started = performance.now();
  const screen = new Screen();
  const folder = join(root, '.headwater', 'demo');
  mkdirSync(folder, { recursive: true });
  const stackOptions = {
    dir: join(root, '.headwater', 'demo-stack'),
    env: process.env,
    onProgress: (text: string) => screen.say(text),
  };
  await using cleanup = new AsyncDisposableStack();
  screen.say('Starting a real Kafka and a real schema registry …');
  // Each demo begins with an empty log: another org behind old topics would be refused.
  await stackDown({ ...stackOptions, purge: true });
  const stack = await stackUp(stackOptions);
  cleanup.defer(() => stackDown({ ...stackOptions, purge: true }));

  screen.say('Starting a Salesforce on this machine …');
  const shop = join(import.meta.dirname, 'shop');
  const salesforce = new HeadwaterProcess(
    ['sandbox', '--json', '--project', shop],
    join(folder, 'sandbox.log'),
  );
  cleanup.defer(() => salesforce.stop());
  const credentials = JSON.parse(await salesforce.firstLine()) as SandboxCredentials;
  const org = new OrgClient(credentials.http, credentials.accessToken);

  const port = await freePort();
  const run = join(folder, 'run');
  const files = await writeFiles(run, stack, credentials, port);
  const startWorker = (): HeadwaterProcess =>
    new HeadwaterProcess(['worker', files.worker, ...files.connectors], join(folder, 'worker.log'));
  screen.say('Starting the worker with its three connectors …');
  let worker = startWorker();
  cleanup.defer(() => worker.stop());
  const api = new WorkerClient(`http://127.0.0.1:${port}`);
  await until('the worker is ready', () => api.isReady());
  await until('all connectors run', () => allRunning(api));

  const people = new People(org);
  const story = new Story(api, people, screen);
  await people.furnish();
  await until('the first change is in the warehouse', async () => (await story.rows()) > 0);
  screen.say(`First change in the warehouse after ${seconds(started)} s. People come in.`);
  await story.act(ACTS_BEFORE_KILL, 'People buy and edit', true);

  screen.say('Now the worker is killed, without a word (kill -9), while people go on …');
  const going = story.act(ACTS_AFTER_KILL, 'The worker was killed and comes back', false);
  await sleep(1_000);
  await worker.kill();
  await sleep(1_000);
  worker = startWorker();
  await going;
  await until('all connectors run again', () => allRunning(api));

  screen.say('Somebody writes garbage into the orders topic: it must not stop the others.');
  const kafka = kafkaJs({ 'bootstrap.servers': stack.kafkaBrokers }, silentLog, systemClock);
  cleanup.defer(() => kafka[Symbol.asyncDispose]());
  await poison(kafka);
  await until(
    'the dead letter is written',
    async () => (story.deadLetters = await deadLetters(kafka, screen)) > 0,
  );

  screen.say('Comparing the warehouse with the org, field by field …');
  let result = await compare(org, api);
  const deadline = performance.now() + SETTLE_MS;
  while (result.differences.length > 0 && performance.now() < deadline) {
    await sleep(500);
    result = await compare(org, api);
  }
  for (const difference of result.differences.slice(0, 10)) screen.say(`  ${difference}`);
  const ok = result.differences.length === 0;
  screen.say(ok ? 'Equal: every record, every field.' : 'NOT equal.');
  const summary = {
    ok,
    events: people.deeds,
    rows: result.rows,
    latencyMsP50: story.latency(0.5),
    latencyMsP99: story.latency(0.99),
    seconds: Number(seconds(started)),
  };
  if (!exitAtEnd) await linger(screen, api, credentials, stack.kafkaBrokers);
  await cleanup.disposeAsync();
  console.log(JSON.stringify(summary));
  return ok ? 0 : 1;
}

/** Lets people act, and measures how long a change takes from its REST write to the commit in DuckDB. */
class Story {
  deadLetters = 0;
  readonly #api: WorkerClient;
  readonly #people: People;
  readonly #screen: Screen;
  readonly #latencies: number[] = [];
  #watching: Promise<void> | undefined;

  constructor(api: WorkerClient, people: People, screen: Screen) {
    this.#api = api;
    this.#people = people;
    this.#screen = screen;
  }

  async act(count: number, chapter: string, measure: boolean): Promise<void> {
    const begun = performance.now();
    for (let i = 0; i < count; i++) {
      const deed = await this.#people.act();
      if (measure && deed !== undefined && this.#watching === undefined) {
        this.#watching = this.#watch(deed).finally(() => (this.#watching = undefined));
      }
      const ahead = begun + ((i + 1) * 1000) / PACE - performance.now();
      if (ahead > 0) await sleep(ahead);
      if (i % 10 === 0) await this.#show(chapter, (i + 1) / ((performance.now() - begun) / 1000));
    }
    await this.#watching;
  }

  async rows(): Promise<number> {
    const counted = await this.#api.query(
      "SELECT coalesce(sum(estimated_size), 0) AS n FROM duckdb_tables() WHERE table_name LIKE 'shop_%'",
    );
    return Number(counted?.[0]?.['n'] ?? 0);
  }

  /** Of the watched changes; 0 when none was. */
  latency(quantile: number): number {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return Math.round(
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0,
    );
  }

  /** Asks again and again until the warehouse shows a change at least as new as this one. */
  async #watch({ orderId, sentAt }: Deed): Promise<void> {
    const before = await this.#version(orderId);
    const deadline = sentAt + 5_000;
    let now = before;
    while (now === before && performance.now() < deadline) {
      await sleep(2);
      now = await this.#version(orderId);
    }
    if (now !== before) this.#latencies.push(performance.now() - sentAt);
  }

  async #version(orderId: string): Promise<string> {
    const rows = await this.#api.query(
      `SELECT _offset FROM "shop_Bike_Order__c" WHERE Id = '${orderId}'`,
    );
    return JSON.stringify(rows ?? []);
  }

  async #show(chapter: string, perSecond: number): Promise<void> {
    const states = await this.#api.states().catch(() => new Map<string, { state: string }>());
    const rows = await this.rows();
    this.#screen.show({
      chapter,
      deeds: this.#people.deeds,
      perSecond,
      rows,
      latencyMs: this.#latencies.at(-1),
      deadLetters: this.deadLetters,
      states:
        states.size === 0
          ? 'the worker is away'
          : [...states].map(([name, { state }]) => `${name} ${state}`).join(', '),
    });
  }
}

async function poison(kafka: ReturnType<typeof kafkaJs>): Promise<void> {
  await using producer = await kafka.producer({ clientId: 'somebody' });
  await producer.send([
    { topic: ORDERS_TOPIC, key: Buffer.from('?'), value: Buffer.from('garbage'), headers: [] },
  ]);
}

async function deadLetters(kafka: ReturnType<typeof kafkaJs>, screen: Screen): Promise<number> {
  if ((await kafka.admin.partitions(DEAD_LETTERS)) === undefined) return 0;
  let count = 0;
  await kafka.readToEnd(
    DEAD_LETTERS,
    ({ headers }) => {
      count++;
      const why = headers.find(({ key }) => key === '__connect.errors.exception.message');
      screen.say(`  dead letter: ${Buffer.from(why?.value ?? '').toString()}`);
    },
    AbortSignal.timeout(20_000),
  );
  return count;
}

async function allRunning(api: WorkerClient): Promise<boolean> {
  const states = await api
    .states()
    .catch(() => new Map<string, { state: string; trace?: string }>());
  for (const [name, { state, trace }] of states) {
    if (state === 'FAILED') throw new Error(`Connector ${name} failed: ${trace ?? ''}`);
  }
  return states.size === 3 && [...states.values()].every(({ state }) => state === 'RUNNING');
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Gave up waiting until ${what}.`);
    await sleep(50);
  }
}

async function linger(
  screen: Screen,
  api: WorkerClient,
  org: SandboxCredentials,
  brokers: string,
): Promise<void> {
  screen.say(`
Everything keeps running until you press Ctrl-C. Try:

  npx headwater query --worker ${api.url} 'SELECT Status__c, count(*) FROM "shop_Bike_Order__c" GROUP BY ALL'
  npx headwater connectors list --worker ${api.url}
  curl ${api.url}/connectors/shop/offsets
  curl ${api.url}/metrics
  curl -H 'Authorization: Bearer ${org.accessToken}' '${org.http}/services/data/v66.0/query?q=SELECT+Name,Stage__c+FROM+Delivery__c'

Salesforce ${org.http} (user ${org.username}), Kafka ${brokers}.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
