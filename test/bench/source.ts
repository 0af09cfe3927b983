/**
 * `npm run bench -- source [--client kafkajs|platformatic] [--profile FOLDER] [--json]`: how fast the source is, on this machine, in one run.
 * Method: broker, registry and sandbox beside the worker; events of about 734 bytes and 60 fields wait in the
 * sandbox, and the worker (from `dist`) carries them to Kafka from the beginning. The ceiling is a bare gRPC
 * client that counts the same events. Latency: a REST write sent → its record readable in Kafka, 100 a second.
 */
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { PubSubClient } from '../../connectors/salesforce/pubsub/client.ts';
import type { SandboxCredentials } from '../../sandbox/index.ts';
import { freePort } from '../../sandbox/demo/processes.ts';
import { OrgClient } from '../../sandbox/demo/org-client.ts';
import { stackDown, stackUp, type StackAddresses } from '../../sandbox/stack/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { KAFKA_CLIENTS } from '../../src/config/worker.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { OBJECT, writeProject } from './project.ts';
import { BenchWorker, type CpuSeconds } from './worker.ts';

const EVENTS = 200_000;
const RTT_EVENTS = 8_000;
const LATENCY_WRITES = 1_000;
/** Tells this run's topics from those of others on the same broker. */
const RUN = randomUUID().slice(0, 8);
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    client: { type: 'string' },
    profile: { type: 'string' },
  },
});
const { json, profile } = options;
const clients = KAFKA_CLIENTS.filter((client) => client === (options.client ?? client));
const say = (text: string): void => {
  if (!json) console.log(text);
};
const sleep = (ms: number): Promise<void> => systemClock.sleep(ms);
const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
const children: ChildProcess[] = [];
const workers = new AsyncDisposableStack();

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('stdout is piped');
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('a process ended before it was ready')));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

async function startSalesforce(): Promise<SandboxCredentials & { bytes: number }> {
  const project = join(folder, 'project');
  writeProject(project);
  const script = join(import.meta.dirname, 'sandbox-process.ts');
  const child = spawn(process.execPath, [script, project, String(EVENTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return JSON.parse(await firstLine(child)) as SandboxCredentials & { bytes: number };
}

/** A worker with one source; returns the process and its topic. */
function startWorker(
  name: string,
  stack: StackAddresses,
  org: SandboxCredentials,
  config: Record<string, string>,
  port: number,
  properties: Record<string, string> = {},
): BenchWorker {
  const registry = `schema.registry.url=${stack.schemaRegistryUrl}`;
  const worker = join(folder, `${name}.properties`);
  writeFileSync(
    worker,
    [
      `bootstrap.servers=${stack.kafkaBrokers}`,
      ...Object.entries(properties).map(([name, value]) => `${name}=${value}`),
      `listeners=http://127.0.0.1:${port}`,
      `offset.storage.file.filename=${join(folder, `${name}-offsets.json`)}`,
      'offset.flush.interval.ms=1000',
      'key.converter=io.confluent.connect.avro.AvroConverter',
      `key.converter.${registry}`,
      'value.converter=io.confluent.connect.avro.AvroConverter',
      `value.converter.${registry}`,
    ].join('\n'),
  );
  const connector = join(folder, `${name}.json`);
  writeFileSync(
    connector,
    JSON.stringify({
      name,
      config: {
        'connector.class': 'SalesforcePubSubSource',
        'salesforce.instance': org.http,
        'salesforce.grant.type': 'CLIENT_CREDENTIALS',
        'salesforce.consumer.key': org.clientId,
        'salesforce.consumer.secret': org.clientSecret,
        'salesforce.pubsub.endpoint': `http://${org.pubsubPlain}`,
        'salesforce.channels': '/data/Load__ChangeEvent',
        'topic.prefix': name + RUN,
        'topic.creation.default.partitions': '1',
        'topic.creation.default.replication.factor': '1',
        ...config,
      },
    }),
  );
  const started = new BenchWorker(
    { worker, connector },
    { port, quiet: json, ...(profile === undefined ? {} : { profile }) },
  );
  workers.use(started);
  return started;
}

interface Throughput {
  readonly eventsPerSecond: number;
  readonly peakRssMb: number;
  /** CPU time of the event loop's thread per event: other work on the machine doesn't change it much. */
  readonly cpuMicros: number;
  /** Of the worker's other threads. */
  readonly helpersMicros: number;
}

interface Measured {
  readonly client: string;
  readonly change: Throughput;
  readonly raw: Throughput;
}

/** Events per second of the whole way, and the worker's peak memory. */
async function throughput(
  name: string,
  events: number,
  stack: StackAddresses,
  org: SandboxCredentials,
  config: Record<string, string>,
  properties: Record<string, string> = {},
): Promise<Throughput> {
  await using kafka = kafkaJs({ 'bootstrap.servers': stack.kafkaBrokers }, silentLog, systemClock);
  const topic = `${name}${RUN}.${OBJECT}`;
  const worker = startWorker(name, stack, org, config, await freePort(), properties);
  const written = async (): Promise<number> => {
    if ((await kafka.admin.partitions(topic)) === undefined) return 0;
    return Number((await kafka.admin.offsets(topic))[0]?.high ?? 0n);
  };
  let first = 0;
  while ((first = await written()) === 0) await sleep(5);
  const started = performance.now();
  const before = worker.cpuSeconds();
  let last = first;
  while ((last = await written()) < events) await sleep(20);
  const seconds = (performance.now() - started) / 1000;
  const after = worker.cpuSeconds();
  const peakRssMb = worker.peakRssMb();
  await worker[Symbol.asyncDispose]();
  const micros = (who: keyof CpuSeconds): number =>
    Number((((after[who] - before[who]) * 1e6) / (last - first)).toFixed(1));
  const cpuMicros = micros('javascript');
  const helpersMicros = Number((micros('garbage') + micros('native')).toFixed(1));
  return {
    eventsPerSecond: Math.round((last - first) / seconds),
    peakRssMb,
    cpuMicros,
    helpersMicros,
  };
}

function described(each: Throughput): string {
  const { eventsPerSecond, peakRssMb, cpuMicros, helpersMicros } = each;
  return `${eventsPerSecond}/s, ${peakRssMb} MB, ${cpuMicros} and ${helpersMicros} µs of CPU per event`;
}

/** What a client that only counts receives per second. */
function ceiling(org: SandboxCredentials): Promise<number> {
  const client = new PubSubClient({
    endpoint: `http://${org.pubsubPlain}`,
    clock: systemClock,
    identity: () => ({ accessToken: org.accessToken, instanceUrl: org.http, orgId: org.orgId }),
  });
  return new Promise((resolve, reject) => {
    let count = 0;
    const started = performance.now();
    const stream = client.subscribe('/data/Load__ChangeEvent', { preset: 'EARLIEST' }, 100, {
      ended: (error) => reject(error ?? new Error('the stream ended')),
      message: ({ events }) => {
        count += events.length;
        if (count < EVENTS) {
          stream.request(events.length);
          return;
        }
        stream.cancel();
        client[Symbol.dispose]();
        resolve(Math.round(count / ((performance.now() - started) / 1000)));
      },
    });
  });
}

async function latency(
  stack: StackAddresses,
  org: SandboxCredentials,
): Promise<{ p50Ms: number; p99Ms: number }> {
  await using kafka = kafkaJs({ 'bootstrap.servers': stack.kafkaBrokers }, silentLog, systemClock);
  const topic = `latency${RUN}.${OBJECT}`;
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
  const worker = startWorker('latency', stack, org, {}, await freePort());
  const client = new OrgClient(org.http, org.accessToken);
  const sent = new Map<string, number>();
  const seen = new Map<string, number>();
  const stop = new AbortController();
  const read = async (): Promise<void> => {
    await using consumer = await kafka.consumer({
      groupId: topic,
      clientId: 'latency',
      topics: [topic],
      autoOffsetReset: 'earliest',
      onAssigned: () => Promise.resolve([]),
      onRevoked: () => Promise.resolve(),
    });
    while (!stop.signal.aborted) {
      for (const { headers } of await consumer.poll(1_000, 0, stop.signal)) {
        const id = headers.find(({ key }) => key === 'headwater.record.id')?.value;
        const text = Buffer.from(id ?? '').toString();
        if (!seen.has(text)) seen.set(text, performance.now());
      }
    }
  };
  const reading = (async () => {
    // A broker that just started still loads its groups.
    while (!stop.signal.aborted) await read().catch(() => sleep(200));
  })();
  while (seen.size === 0) {
    await client.create(OBJECT, { Name: 'warm' });
    await sleep(100);
  }
  const begun = performance.now();
  const writes: Promise<void>[] = [];
  for (let i = 0; i < LATENCY_WRITES; i++) {
    const ahead = begun + i * 10 - performance.now();
    if (ahead > 0) await sleep(ahead);
    const at = performance.now();
    writes.push(client.create(OBJECT, { Name: `marker ${i}` }).then((id) => void sent.set(id, at)));
  }
  await Promise.all(writes);
  const deadline = performance.now() + 20_000;
  const all = (): boolean => [...sent.keys()].every((id) => seen.has(id));
  while (!all() && performance.now() < deadline) await sleep(20);
  stop.abort();
  await reading;
  await worker[Symbol.asyncDispose]();
  const times = [...sent]
    .map(([id, at]) => (seen.get(id) ?? Infinity) - at)
    .toSorted((a, b) => a - b);
  const at = (q: number): number => Number((times[Math.floor(times.length * q)] ?? 0).toFixed(1));
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** A TCP proxy that holds every byte for `delayMs` each way. */
function delayed(target: string, delayMs: number): Promise<{ address: string; close(): void }> {
  const [host = '', port = '0'] = target.split(':');
  const server = createServer((inner) => {
    const outer = connect({ host, port: Number(port) });
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.on('data', (bytes: Buffer) => setTimeout(() => to.write(bytes), delayMs));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const own = address !== null && typeof address === 'object' ? address.port : 0;
      resolve({ address: `127.0.0.1:${own}`, close: () => server.close() });
    });
  });
}

const stackOptions = {
  dir: join(folder, 'stack'),
  env: process.env,
  onProgress: (text: string) => console.error(text),
};
mkdirSync(folder, { recursive: true });
try {
  const stack = await stackUp(stackOptions);
  const org = await startSalesforce();
  say(`${EVENTS} events of ${Math.round(org.bytes)} bytes.`);
  const all = { 'salesforce.initial.start': 'all' };
  const ceilingPerSecond = await ceiling(org);
  say(`ceiling ${ceilingPerSecond}/s`);
  const measured: Measured[] = [];
  for (const client of clients) {
    const worker = { 'kafka.client': client };
    const change = await throughput(`change-${client}`, EVENTS, stack, org, all, worker);
    say(`${client}: change ${described(change)}`);
    const asIs = { ...all, 'output.format': 'raw' };
    const raw = await throughput(`raw-${client}`, EVENTS, stack, org, asIs, worker);
    say(`${client}: raw ${described(raw)}`);
    measured.push({ client, change, raw });
  }
  const [best] = measured.toSorted((a, b) => b.change.eventsPerSecond - a.change.eventsPerSecond);
  if (best === undefined) throw new Error(`--client takes ${KAFKA_CLIENTS.join(' or ')}.`);
  const { p50Ms, p99Ms } = await latency(stack, org);
  say(`latency p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
  const proxy = await delayed(org.pubsubPlain, 25);
  const far = { ...org, pubsubPlain: proxy.address };
  const rtt50 = await throughput('rtt50', RTT_EVENTS, stack, far, all);
  proxy.close();
  say(`50 ms away ${rtt50.eventsPerSecond}/s of 2000 that flow control allows`);
  const result = {
    client: best.client,
    change: { eventsPerSecond: best.change.eventsPerSecond },
    raw: { eventsPerSecond: best.raw.eventsPerSecond },
    clients: Object.fromEntries(
      measured.map(({ client, change, raw }) => [client, { change, raw }]),
    ),
    ceilingPerSecond,
    p50Ms,
    p99Ms,
    peakRssMb: Math.max(
      ...measured.flatMap(({ change, raw }) => [change.peakRssMb, raw.peakRssMb]),
    ),
    rtt50: { eventsPerSecond: rtt50.eventsPerSecond },
  };
  console.log(JSON.stringify(result));
} finally {
  await workers.disposeAsync();
  for (const child of children) await end(child);
  await stackDown({ ...stackOptions, purge: true });
  rmSync(folder, { recursive: true, force: true });
}
