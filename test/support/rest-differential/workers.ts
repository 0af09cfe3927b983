/** A real worker of Connect and one of ours on the same broker, each a group of its own, with what random calls need. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { freePort } from '../free-port.ts';
import { brokers, groupProperties, startInProcess, USUAL } from '../in-process-worker.ts';
import { startJvmWorker } from '../jvm-connect/jvm.ts';
import { Side, type Sides } from './side.ts';

export interface Pair extends Sides, AsyncDisposable {}

const LINES = ['one', 'two', 'three'];

export async function startPair(classPath: string): Promise<Pair> {
  await using opened = new AsyncDisposableStack();
  const run = `rest-${randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), 'headwater-differential-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const [theirs, ours] = [`${run}-j-`, `${run}-h-`];
  await Promise.all([theirs, ours].map((prefix) => prepare(prefix, folder)));
  const properties = { ...USUAL, 'bootstrap.servers': brokers(), ...groupProperties(theirs) };
  const jvm = opened.use(await startJvmWorker(classPath, lines(properties), await freePort()));
  const worker = await startInProcess(groupProperties(ours));
  opened.defer(() => worker.close());
  const sides = {
    theirs: new Side(jvm.url, theirs, `${folder}/${theirs}/`),
    ours: new Side(worker.url, ours, `${folder}/${ours}/`),
  };
  opened.defer(() => {
    sides.theirs.close();
    sides.ours.close();
  });
  const all = opened.move();
  return { ...sides, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Topics that sinks read and sources write, and a file with lines. */
async function prepare(prefix: string, folder: string): Promise<void> {
  mkdirSync(join(folder, prefix));
  writeFileSync(join(folder, prefix, 'in.txt'), `${LINES.join('\n')}\n`);
  await using kafka = kafkaJs({ 'bootstrap.servers': brokers() }, silentLog, systemClock);
  for (const topic of [`${prefix}lines`, `${prefix}out`]) {
    await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  }
  await using producer = await kafka.producer({ clientId: prefix });
  await producer.send(
    LINES.map((line) => ({
      topic: `${prefix}lines`,
      key: null,
      value: Buffer.from(line),
      headers: [],
      timestamp: Date.now(),
    })),
  );
}

function lines(given: Readonly<Record<string, string>>): string[] {
  return Object.entries(given).map(([name, value]) => `${name}=${value}`);
}
