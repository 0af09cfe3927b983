/** Connect's own worker and Kafka's own tools on a JVM. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { resolvePom } from '../../../sandbox/stack/jars.ts';
import { eventually } from '../eventually.ts';
import { files } from '../headwater-process.ts';

/** What the pom beside this file names; its folder in the cache. */
const JARS = 'connect-tools-4.3.1';
/** `DescribeGroup.java`: Kafka's command line describes consumers' groups alone. Arguments: brokers, the group. */
export const DESCRIBE_GROUP = join(import.meta.dirname, 'DescribeGroup.java');
const TOOL_WITHIN_MS = 60_000;
const STARTS_WITHIN_MS = 90_000;
/** Logs from warnings on, but for the line that tells where it answers. */
const LOGGING = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
const JAVA = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...LOGGING];

/** The class path; undefined, with the reason on stderr, where it can't be resolved. */
export async function resolveConnect(): Promise<string | undefined> {
  const onProgress = (text: string): void => console.error(text);
  const options = { dir: '', env: process.env, onProgress };
  try {
    return await resolvePom(
      join(import.meta.dirname, 'pom.xml'),
      JARS,
      'Connect 4.3.1 and its tools',
      options,
    );
  } catch (error) {
    console.error(`Connect's jars can't be resolved: ${String(error)}`);
    return undefined;
  }
}

/** What a tool prints; rejects with its complaints when it fails. */
export async function askTool(
  classPath: string,
  mainClass: string,
  args: readonly string[],
): Promise<string> {
  const child = spawn('java', [...JAVA, '-cp', classPath, mainClass, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TOOL_WITHIN_MS,
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return out;
  throw new Error(`${mainClass} failed (${code}):\n${out.slice(-2_000)}${err.slice(-2_000)}`);
}

export interface JvmWorker extends AsyncDisposable {
  readonly url: string;
}

/** A Connect worker with these properties (`listeners` has to name its port). Resolves when it answers. */
export async function startJvmWorker(
  classPath: string,
  properties: readonly string[],
  port: number,
): Promise<JvmWorker> {
  const lines = [
    ...properties.filter((line) => !line.startsWith('listeners=')),
    `listeners=http://127.0.0.1:${port}`,
    'plugin.discovery=service_load',
  ];
  const path = files({ 'connect.properties': lines.join('\n') })['connect.properties'] ?? '';
  const mainClass = 'org.apache.kafka.connect.cli.ConnectDistributed';
  const child = spawn('java', [...JAVA, '-cp', classPath, mainClass, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const worker: JvmWorker = {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
  const isReady = (): Promise<boolean> =>
    fetch(`${worker.url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await eventually(
      isReady,
      (ready) => {
        if (child.exitCode !== null) throw new Error(`The JVM worker ended:\n${output}`);
        return ready;
      },
      STARTS_WITHIN_MS,
    );
  } catch (error) {
    await worker[Symbol.asyncDispose]();
    throw new Error(`The JVM worker doesn't answer:\n${output}`, { cause: error });
  }
  return worker;
}
