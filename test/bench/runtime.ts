/**
 * `npm run bench -- runtime [--json]`: how small and quick a worker is, with Connect's own worker beside it in the same run.
 * Method: every worker is a process of its own, ours from `dist`, the JVM's with the flags of Kafka's own script; a start
 * is timed from the process' first instant until `GET /connectors` is answered. Without Java there is no `jvm`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackDown, stackUp } from '../../sandbox/stack/index.ts';
import { resolveConnect } from '../support/jvm-connect/jvm.ts';
import { jvmLoaded, jvmStarts, ownLoaded, ownStarts, rebalanced } from './runtime/measures.ts';

const json = process.argv.includes('--json');
const say = (text: string): void => {
  if (!json) console.log(text);
};
const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
const stackOptions = {
  dir: join(folder, 'stack'),
  env: process.env,
  onProgress: (text: string) => console.error(text),
};
try {
  const { kafkaBrokers } = await stackUp(stackOptions);
  const own = await ownStarts(folder, kafkaBrokers);
  say(`start ${own.startMs} ms, idle ${own.idleRssMb} MB`);
  const classPath = await resolveConnect();
  const load = await ownLoaded(folder, kafkaBrokers);
  say(`loaded: ${JSON.stringify(load)}`);
  const jvm =
    classPath === undefined
      ? undefined
      : {
          ...(await jvmStarts(classPath, folder, kafkaBrokers)),
          ...(await jvmLoaded(classPath, folder, kafkaBrokers)),
        };
  say(`JVM: ${JSON.stringify(jvm)}`);
  const group = await rebalanced(folder, kafkaBrokers);
  say(
    `200 connectors, 1,000 tasks: there after ${group.createdSeconds} s, a change settles in ` +
      `${group.rebalanceMs} ms (slowest ${group.slowestMs}), a worker has ${group.workerRssMb} MB`,
  );
  const { rebalanceMs, ...rest } = group;
  console.log(JSON.stringify({ ...own, ...load, rebalanceMs, group: rest, jvm }));
} finally {
  await stackDown({ ...stackOptions, purge: true });
  rmSync(folder, { recursive: true, force: true });
}
