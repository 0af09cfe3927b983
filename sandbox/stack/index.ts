import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { dockerAnswers, dockerDown, dockerUp } from './docker.ts';
import { resolveKafka, resolveRegistry } from './jars.ts';
import { kafkaReady, startKafka } from './kafka.ts';
import { canConnect, end, isAlive, type ProcessRecord } from './process.ts';
import { answers, registryReady, registryUrl, startRegistry } from './registry.ts';
import { freePorts, purge, readState, writeState, type State } from './state.ts';
import { externalParts, type StackAddresses, type StackKind, type StackOptions } from './types.ts';

export type { StackAddresses, StackOptions } from './types.ts';

export type StackPart = 'kafka' | 'registry';

export interface StackStatus extends StackAddresses {
  readonly kafka: 'up' | 'down';
  readonly registry: 'up' | 'down';
}

/**
 * Brings a real Kafka and a real registry up, and says where they are: what the environment names, else
 * Docker where a daemon answers, else local JVMs. Up twice is fine; a part that died is started again on
 * its old port, with its data. Not to be called twice at the same time for one folder.
 */
export async function stackUp(options: StackOptions): Promise<StackAddresses> {
  const { kafkaBrokers, schemaRegistryUrl } = externalParts(options.env);
  if (kafkaBrokers !== undefined && schemaRegistryUrl !== undefined) {
    return { kafkaBrokers, schemaRegistryUrl, kind: 'external' };
  }
  const dir = resolve(options.dir);
  const state = readState(dir) ?? {
    kind: (await takesDocker(options)) ? 'docker' : 'jvm',
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

/** Ends what `up` started. The data stays unless `purge`; a folder's other content stays always. */
export async function stackDown(options: StackOptions & { purge?: boolean }): Promise<void> {
  const dir = resolve(options.dir);
  const state = readState(dir);
  if (state !== undefined) {
    const { kafka, registry, containers, ...rest } = state;
    const records = [registry, kafka].filter((record) => record !== undefined);
    await Promise.all(records.map((record) => end(record)));
    if (containers !== undefined) await dockerDown(containers);
    writeState(dir, rest);
  }
  if (options.purge === true) purge(dir);
}

/** Ends one JVM of the stack and remembers it, as if it had died: the next `up` mends that. */
export async function stackEnd(
  dir: string,
  part: StackPart,
  signal: NodeJS.Signals,
): Promise<void> {
  const record = readState(resolve(dir))?.[part];
  if (record !== undefined) await end(record, signal);
}

/** undefined where nothing was started and the environment doesn't name both parts. */
export async function stackStatus(options: StackOptions): Promise<StackStatus | undefined> {
  const external = externalParts(options.env);
  const state = readState(resolve(options.dir));
  const brokers = external.kafkaBrokers ?? (state && `127.0.0.1:${state.ports.broker}`);
  const url = external.schemaRegistryUrl ?? (state && registryUrl(state.ports.registry));
  if (brokers === undefined || url === undefined) return undefined;
  const isExternal =
    external.kafkaBrokers !== undefined && external.schemaRegistryUrl !== undefined;
  const kind: StackKind = isExternal ? 'external' : (state?.kind ?? 'jvm');
  const [isKafkaUp, isRegistryUp] = await Promise.all([
    anyAnswers(brokers),
    answers(`${url}/subjects`),
  ]);
  return {
    kafkaBrokers: brokers,
    schemaRegistryUrl: url,
    kind,
    kafka: isKafkaUp ? 'up' : 'down',
    registry: isRegistryUp ? 'up' : 'down',
  };
}

function takesDocker({ env, docker = true }: StackOptions): Promise<boolean> {
  return docker ? dockerAnswers(env) : Promise.resolve(false);
}

async function jvmUp(
  dir: string,
  found: State,
  wanted: Readonly<Record<StackPart, boolean>>,
  options: StackOptions,
): Promise<void> {
  const { ports } = found;
  const kafkaJars = wanted.kafka ? await resolveKafka(options) : '';
  const registryJar = wanted.registry ? await resolveRegistry(options) : '';
  let state = found;
  const bring = async (
    part: StackPart,
    start: () => Promise<ProcessRecord>,
    isReady: (record: ProcessRecord) => Promise<void>,
  ): Promise<void> => {
    if (!wanted[part]) return;
    let record = state[part];
    if (record === undefined || !isAlive(record)) {
      if (record !== undefined) options.onProgress(`The ${part} had died; starting it again.`);
      record = await start();
      // Before it is ready: whatever comes between, `down` finds the process.
      state = { ...state, [part]: record };
      writeState(dir, state);
    }
    await isReady(record);
  };
  await Promise.all([
    bring(
      'kafka',
      () => startKafka(dir, kafkaJars, ports),
      (record) => kafkaReady(dir, record, ports),
    ),
    bring(
      'registry',
      () => startRegistry(dir, registryJar, ports),
      (record) => registryReady(dir, record, ports),
    ),
  ]);
}

async function anyAnswers(brokers: string): Promise<boolean> {
  const open = brokers.split(',').map((broker) => {
    const [host = '', port = ''] = broker.trim().split(/:(?=\d+$)/);
    return canConnect(host.replace(/^\[(.*)\]$/, '$1'), Number(port));
  });
  return (await Promise.all(open)).includes(true);
}
