import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackDown, stackEnd, stackUp, type StackAddresses } from '../../sandbox/stack/index.ts';

/** A stack that a test may hurt without hurting others. Ports and data stay over every restart. */
export interface OwnStack extends AsyncDisposable, Omit<StackAddresses, 'kind'> {
  readonly dir: string;
  stopKafka(): Promise<void>;
  killKafka(): Promise<void>;
  startKafka(): Promise<void>;
  stopRegistry(): Promise<void>;
  killRegistry(): Promise<void>;
  startRegistry(): Promise<void>;
}

/** Local JVMs need both; where they aren't, such tests are reported skipped. */
export const hasJvm = ['java', 'mvn'].every(
  (command) => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0,
);

/** The environment without the run's own Kafka and registry. */
export function ownEnvironment(): Record<string, string | undefined> {
  const { KAFKA_BROKERS: _kafka, SCHEMA_REGISTRY_URL: _registry, ...env } = process.env;
  return env;
}

export interface OwnKafka extends AsyncDisposable {
  readonly brokers: string;
}

/** A broker alone that a test may hurt. */
export async function startOwnKafka(): Promise<OwnKafka> {
  const dir = mkdtempSync(join(tmpdir(), 'headwater-own-kafka-'));
  // A registry that counts as somebody else's isn't brought up.
  const env = { ...ownEnvironment(), SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9' };
  const options = { dir, env, docker: false, onProgress: (text: string) => console.error(text) };
  const end = async (): Promise<void> => {
    await stackDown({ ...options, purge: true });
    rmSync(dir, { recursive: true, force: true });
  };
  const { kafkaBrokers } = await stackUp(options).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { brokers: kafkaBrokers, [Symbol.asyncDispose]: end };
}

export async function startOwnStack(): Promise<OwnStack> {
  const dir = mkdtempSync(join(tmpdir(), 'headwater-own-stack-'));
  const env = ownEnvironment();
  const options = { dir, env, docker: false, onProgress: (text: string) => console.error(text) };
  const addresses = await stackUp(options).catch(async (error: unknown) => {
    await stackDown({ ...options, purge: true });
    throw error;
  });
  const { kafkaBrokers, schemaRegistryUrl } = addresses;
  // Only one is brought up when the other counts as somebody else's.
  const startKafka = { ...options, env: { ...env, SCHEMA_REGISTRY_URL: schemaRegistryUrl } };
  const startRegistry = { ...options, env: { ...env, KAFKA_BROKERS: kafkaBrokers } };
  return {
    dir,
    kafkaBrokers,
    schemaRegistryUrl,
    stopKafka: () => stackEnd(dir, 'kafka', 'SIGTERM'),
    killKafka: () => stackEnd(dir, 'kafka', 'SIGKILL'),
    startKafka: async () => void (await stackUp(startKafka)),
    stopRegistry: () => stackEnd(dir, 'registry', 'SIGTERM'),
    killRegistry: () => stackEnd(dir, 'registry', 'SIGKILL'),
    startRegistry: async () => void (await stackUp(startRegistry)),
    [Symbol.asyncDispose]: async () => {
      await stackDown({ ...options, purge: true });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
