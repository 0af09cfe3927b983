import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { dockerAnswers, dockerDown, dockerUp } from './docker.ts';
import { resolveJars } from './jars.ts';
import { startKafka } from './kafka.ts';
import { canConnect, end, isAlive, type ProcessRecord } from './process.ts';
import { answers, registryUrl, startRegistry } from './registry.ts';
import { externalParts, type StackAddresses, type StackKind, type StackOptions } from './types.ts';

export type { StackAddresses, StackOptions } from './types.ts';

interface State {
  readonly kind: 'jvm' | 'docker';
  readonly ports: Ports;
  readonly kafka?: ProcessRecord | undefined;
  readonly registry?: ProcessRecord | undefined;
  readonly containers?: readonly string[] | undefined;
}

interface Ports {
  readonly broker: number;
  readonly controller: number;
  readonly registry: number;
  readonly management: number;
}

export interface StackStatus extends StackAddresses {
  readonly kafka: 'up' | 'down';
  readonly registry: 'up' | 'down';
}

/**
 * Brings a real Kafka and a real registry up, and says where they are: what the environment names, else
 * Docker where a daemon answers, else local JVMs. Up twice is fine; a part that died is started again on
 * its old port, with its data.
 */
export async function stackUp(options: StackOptions): Promise<StackAddresses> {
  const external = externalParts(options.env);
  const { kafkaBrokers, schemaRegistryUrl } = external;
  if (kafkaBrokers !== undefined && schemaRegistryUrl !== undefined) {
    return { kafkaBrokers, schemaRegistryUrl, kind: 'external' };
  }
  const dir = resolve(options.dir);
  const state = readState(dir) ?? {
    kind: (await dockerAnswers(options.env)) ? 'docker' : 'jvm',
    ports: await freePorts(),
  };
  mkdirSync(dir, { recursive: true });
  const wanted = { kafka: kafkaBrokers === undefined, registry: schemaRegistryUrl === undefined };
  if (state.kind === 'docker') {
    const containers = await dockerUp(dir, state.ports, wanted, options.onProgress);
    writeState(dir, { ...state, containers });
  } else {
    await jvmUp(dir, state, wanted, options);
  }
  return {
    kafkaBrokers: kafkaBrokers ?? `127.0.0.1:${state.ports.broker}`,
    schemaRegistryUrl: schemaRegistryUrl ?? registryUrl(state.ports.registry),
    kind: state.kind,
  };
}

/** Ends what `up` started. The data stays unless `purge`. */
export async function stackDown(options: StackOptions & { purge?: boolean }): Promise<void> {
  const dir = resolve(options.dir);
  const state = readState(dir);
  if (state !== undefined) {
    const records = [state.registry, state.kafka].filter((record) => record !== undefined);
    await Promise.all(records.map((record) => end(record)));
    if (state.containers !== undefined) await dockerDown(state.containers);
  }
  if (options.purge === true) rmSync(dir, { recursive: true, force: true });
}

export async function stackStatus(options: StackOptions): Promise<StackStatus | undefined> {
  const external = externalParts(options.env);
  const state = readState(resolve(options.dir));
  const broker = external.kafkaBrokers ?? (state && `127.0.0.1:${state.ports.broker}`);
  const url = external.schemaRegistryUrl ?? (state && registryUrl(state.ports.registry));
  if (broker === undefined || url === undefined) return undefined;
  const port = Number(broker.split(',')[0]?.split(':')[1]);
  const isExternal =
    external.kafkaBrokers !== undefined && external.schemaRegistryUrl !== undefined;
  const kind: StackKind = isExternal ? 'external' : (state?.kind ?? 'jvm');
  return {
    kafkaBrokers: broker,
    schemaRegistryUrl: url,
    kind,
    kafka: external.kafkaBrokers !== undefined || (await canConnect(port)) ? 'up' : 'down',
    registry: (await answers(`${url}/subjects`)) ? 'up' : 'down',
  };
}

async function jvmUp(
  dir: string,
  state: State,
  wanted: { kafka: boolean; registry: boolean },
  options: StackOptions,
): Promise<void> {
  const jars = await resolveJars(options);
  const start = async (
    part: 'kafka' | 'registry',
    run: () => Promise<ProcessRecord>,
  ): Promise<ProcessRecord | undefined> => {
    const earlier = state[part];
    if (!wanted[part] || (earlier !== undefined && isAlive(earlier))) return earlier;
    if (earlier !== undefined) options.onProgress(`The ${part} had died; starting it again.`);
    return await run();
  };
  const [kafka, registry] = await Promise.all([
    start('kafka', () => startKafka(dir, jars.kafka, state.ports)),
    start('registry', () => startRegistry(dir, jars.registry, state.ports)),
  ]);
  writeState(dir, { ...state, kafka, registry });
}

const stateFile = (dir: string): string => join(dir, 'stack.json');

function readState(dir: string): State | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(dir), 'utf8')) as State;
  } catch {
    return undefined;
  }
}

function writeState(dir: string, state: State): void {
  writeFileSync(stateFile(dir), `${JSON.stringify(state, undefined, 2)}\n`);
}

async function freePorts(): Promise<Ports> {
  const [broker = 0, controller = 0, registry = 0, management = 0] = await Promise.all(
    Array.from({ length: 4 }, freePort),
  );
  return { broker, controller, registry, management };
}

function freePort(): Promise<number> {
  return new Promise((resolve_, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve_(address !== null && typeof address === 'object' ? address.port : 0),
      );
    });
  });
}
