/** Consumers that share nothing with us but Kafka and the registry: a JVM's, and confluent-kafka where Python has it. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { resolvePom } from '../../../sandbox/stack/jars.ts';
import { hasJvm } from '../stack.ts';

const READS_WITHIN_MS = 60_000;
/** What the pom beside this file names; its folder in the cache. */
const JARS = 'consumer-kafka-4.3.1-apicurio-2.6.13';
const COMPATIBLE_PATH = '/apis/ccompat/v7';

/** A record as others read it; 64-bit numbers are strings where JSON would round them. */
export interface ForeignRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: Readonly<Record<string, unknown>>;
  readonly value: Readonly<Record<string, unknown>>;
  /** Avro JSON, from the registry. */
  readonly keySchema: string;
  readonly valueSchema: string;
}

export interface ForeignReader {
  readonly name: string;
  readonly available: boolean;
  /** All topics from their beginnings to their ends, each partition in its order. */
  readonly read: (topics: readonly string[]) => Promise<readonly ForeignRecord[]>;
}

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const registry = process.env['SCHEMA_REGISTRY_URL'] ?? '';

/** Its jars are resolved the first time. */
const jvm: ForeignReader = {
  name: "Kafka's client and Apicurio's deserializer, on a JVM",
  // The deserializer asks by an API of Apicurio's own.
  available: hasJvm && registry.endsWith(COMPATIBLE_PATH),
  read: async (topics) => {
    const pom = join(import.meta.dirname, 'pom.xml');
    const onProgress = (text: string): void => console.error(text);
    const options = { dir: '', env: process.env, onProgress };
    const classPath = await resolvePom(pom, JARS, "a JVM consumer's jars", options);
    const source = join(import.meta.dirname, 'Consumer.java');
    const url = registry.replace(COMPATIBLE_PATH, '/apis/registry/v2');
    const java = ['-XX:TieredStopAtLevel=1', '-Xmx128m', '-cp', classPath, source];
    return await records('java', [...java, brokers, url, ...topics]);
  },
};

const python: ForeignReader = {
  name: 'confluent-kafka and its deserializer, on Python',
  available:
    spawnSync('python3', ['-c', 'import confluent_kafka.schema_registry.avro']).status === 0,
  read: (topics) => {
    const source = join(import.meta.dirname, 'consumer.py');
    return records('python3', [source, brokers, registry, ...topics]);
  },
};

export const READERS: readonly ForeignReader[] = [jvm, python];

/** A line of JSON each. */
function records(command: string, args: readonly string[]): Promise<readonly ForeignRecord[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: READS_WITHIN_MS,
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) {
        reject(new Error(`${command} ended with ${code}:\n${err.slice(-4_000)}`));
        return;
      }
      const lines = out.split('\n').filter((line) => line !== '');
      resolve(lines.map((line) => JSON.parse(line) as ForeignRecord));
    });
  });
}
