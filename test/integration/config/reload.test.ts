/**
 * Goal: a group's connector has secrets by reference alone (the config topic, REST, logs never hold one), and follows them
 * when they change, without anybody's call; the worker is started by CONNECT_* variables alone.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { Kafka } from '../../../src/kafka/port.ts';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  readyUrl,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';
import { ROOT, startFakeVault, type FakeVault } from '../../support/vault.ts';

const group = `reload-${randomUUID().slice(0, 8)}`;
/** A topic's name stands for a secret here: one sees which is in use. */
const [FIRST, SECOND] = [`${group}-canary-one`, `${group}-canary-two`];
const { signal } = new AbortController();

let vault: FakeVault;
let worker: HeadwaterProcess;
let kafka: Kafka;
let url = '';

beforeAll(async () => {
  vault = await startFakeVault();
  vault.secrets.set('secret/data/app', { data: { topic: FIRST } });
  const brokers = process.env['KAFKA_BROKERS'] ?? '';
  kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
  const storage = ['CONFIG', 'OFFSET', 'STATUS'].flatMap((kind) => [
    [`CONNECT_${kind}_STORAGE_TOPIC`, `${group}-${kind.toLowerCase()}`],
    [`CONNECT_${kind}_STORAGE_REPLICATION_FACTOR`, '1'],
  ]);
  worker = headwater(['worker', '--log-level', 'DEBUG'], {
    CONNECT_BOOTSTRAP_SERVERS: brokers,
    CONNECT_GROUP_ID: group,
    ...Object.fromEntries(storage),
    CONNECT_OFFSET_STORAGE_PARTITIONS: '1',
    CONNECT_STATUS_STORAGE_PARTITIONS: '1',
    CONNECT_KEY_CONVERTER: 'org.apache.kafka.connect.storage.StringConverter',
    CONNECT_VALUE_CONVERTER: 'org.apache.kafka.connect.storage.StringConverter',
    CONNECT_LISTENERS: 'http://127.0.0.1:0',
    CONNECT_CONFIG_PROVIDERS: 'vault',
    CONNECT_CONFIG_PROVIDERS_VAULT_CLASS: 'VaultConfigProvider',
    CONNECT_CONFIG_PROVIDERS_VAULT_PARAM_VAULT_ADDR: vault.url,
    CONNECT_CONFIG_PROVIDERS_VAULT_PARAM_VAULT_TOKEN: ROOT,
    CONNECT_CONFIG_PROVIDERS_VAULT_PARAM_TTL_MS: '500',
  });
  url = await readyUrl(worker);
}, 60_000);

afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
  await vault[Symbol.asyncDispose]();
});

const textOf = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? '').toString();

/** Keys and values. */
async function linesIn(topic: string): Promise<readonly string[]> {
  const lines: string[] = [];
  if ((await kafka.admin.partitions(topic)) === undefined) return lines;
  await kafka.readToEnd(
    topic,
    (record) => lines.push(textOf(record.key), textOf(record.value)),
    signal,
  );
  return lines;
}

test('a secret that changes is followed, and is nowhere to be read', async () => {
  const { 'in.txt': file = '' } = files({ 'in.txt': 'first\n' });
  for (const topic of [FIRST, SECOND]) {
    await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
  }
  const name = `${group}-connector`;
  const config = {
    'connector.class': 'FileStreamSource',
    file,
    topic: '${vault:secret/app:topic}',
  };
  const answer = await eventually(
    () =>
      fetch(`${url}/connectors`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, config }),
      }),
    ({ status }) => status !== 409,
  );
  expect(answer.status).toBe(201);
  let told = await answer.text();
  await eventually(
    () => linesIn(FIRST),
    (lines) => lines.length > 0,
    30_000,
  );

  vault.secrets.set('secret/data/app', { data: { topic: SECOND } });
  await eventually(
    async () => {
      writeFileSync(file, 'more\n', { flag: 'a' });
      return await linesIn(SECOND);
    },
    (lines) => lines.length > 0,
    30_000,
  );

  for (const path of ['', '/config', '/tasks', '/status']) {
    told += await (await fetch(`${url}/connectors/${name}${path}`)).text();
  }
  told += (await linesIn(`${group}-config`)).join('\n');
  expect(told).toContain('${vault:secret/app:topic}');
  for (const secret of [FIRST, SECOND, ROOT]) {
    expect(told).not.toContain(secret);
    expect(worker.stderr()).not.toContain(secret);
  }
});
