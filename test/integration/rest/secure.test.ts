/**
 * Goal: a group of workers whose REST is https with mutual TLS and basic authentication works as any other: they forward to
 * each other, /admin is elsewhere, the commands get in, and nobody else does.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createCA, createCert } from 'mkcert';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchWith, type Fetch } from '../../../src/config/tls/fetch.ts';
import { tlsMaterial } from '../../../src/config/tls/tls.ts';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  headwaterItself,
  readyUrl,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';

const PASSWORD = 'canary-password-91c4';
const WHO = { organization: 'o', countryCode: 'DE', state: 's', locality: 'l', validity: 2 };
const group = `secure-${randomUUID().slice(0, 8)}`;

interface Member {
  readonly process: HeadwaterProcess;
  readonly url: string;
  readonly admin: string;
}

let paths: Record<string, string> = {};
let members: readonly Member[] = [];
let ask: Fetch;

const login = `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}`;

async function call(
  url: string,
  method = 'GET',
  body?: object,
  headers: Record<string, string> = { authorization: login },
): Promise<{ status: number; text: string }> {
  const answer = await ask(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: answer.status, text: await answer.text() };
}

async function start(): Promise<Member> {
  const adminPort = await freePort();
  const lines = [
    `bootstrap.servers=${process.env['KAFKA_BROKERS'] ?? ''}`,
    `group.id=${group}`,
    ...['config', 'offset', 'status'].flatMap((kind) => [
      `${kind}.storage.topic=${group}-${kind}`,
      `${kind}.storage.replication.factor=1`,
    ]),
    'offset.storage.partitions=1',
    'status.storage.partitions=1',
    'session.timeout.ms=6000',
    'heartbeat.interval.ms=500',
    'key.converter=org.apache.kafka.connect.storage.StringConverter',
    'value.converter=org.apache.kafka.connect.storage.StringConverter',
    'listeners=https://127.0.0.1:0',
    `admin.listeners=http://127.0.0.1:${adminPort}`,
    `listeners.https.ssl.keystore.location=${paths['worker.pem']}`,
    'listeners.https.ssl.keystore.type=PEM',
    `listeners.https.ssl.truststore.location=${paths['ca.pem']}`,
    'listeners.https.ssl.client.auth=required',
    'rest.extension.classes=org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension',
    `rest.basic.auth.file=${paths['jaas.conf']}`,
  ];
  const file = files({ 'worker.properties': lines.join('\n') })['worker.properties'] ?? '';
  const child = headwaterItself(['worker', file]);
  return {
    process: child,
    url: await readyUrl(child),
    admin: `http://127.0.0.1:${adminPort}`,
  };
}

beforeAll(async () => {
  const [ca, other] = [await createCA(WHO), await createCA(WHO)];
  const certificate = async (...domains: string[]): Promise<string> => {
    const { key, cert } = await createCert({ domains, validity: 2, ca });
    return key + cert;
  };
  paths = files({
    'ca.pem': ca.cert,
    'other-ca.pem': other.cert,
    'worker.pem': await certificate('127.0.0.1'),
    'client.pem': await certificate('client'),
    'users.properties': `alice=${PASSWORD}\n`,
    'jaas.conf': '',
  });
  const module = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule';
  writeFileSync(
    paths['jaas.conf'] ?? '',
    `KafkaConnect {\n  ${module} required\n  file="${paths['users.properties']}";\n};\n`,
  );
  ask = await fetchWith(
    tlsMaterial({
      'ssl.truststore.location': paths['ca.pem'] ?? '',
      'ssl.keystore.location': paths['client.pem'] ?? '',
    }),
  );
  members = await Promise.all([start(), start()]);
}, 60_000);

afterAll(async () => {
  await Promise.all(members.map(({ process }) => process[Symbol.asyncDispose]()));
});

describe('a group behind https', () => {
  test('carries out what either of its workers is asked, and hands tasks over', async () => {
    const names = members.map((_, index) => `${group}-${index}`);
    for (const [index, { url }] of members.entries()) {
      const name = names[index] ?? '';
      const { 'in.txt': file = '' } = files({ 'in.txt': 'line\n' });
      const config = { 'connector.class': 'FileStreamSource', file, topic: name };
      const created = await eventually(
        () => call(`${url}/connectors`, 'POST', { name, config }),
        ({ status }) => status !== 409,
        30_000,
      );
      expect(created).toMatchObject({ status: 201 });
    }
    const running = await eventually(
      () => call(`${members[0]?.url}/connectors?expand=status`),
      ({ text }) => text.split('"RUNNING"').length > 2 * names.length,
      30_000,
    );
    const workers = new Set(running.text.match(/127\.0\.0\.1:\d+/g));
    expect(workers).toEqual(new Set(members.map(({ url }) => new URL(url).host)));
  });

  test('answers nobody without a certificate, or without a login', async () => {
    const { url } = members[0] ?? { url: '' };
    const stranger = await fetchWith(
      tlsMaterial({ 'ssl.truststore.location': paths['ca.pem'] ?? '' }),
    );
    const init = { method: 'GET', headers: {}, signal: AbortSignal.timeout(10_000) };
    await expect(stranger(`${url}/`, init)).rejects.toThrow();
    expect(await call(`${url}/`, 'GET', undefined, {})).toMatchObject({ status: 401 });
  });

  test('has /admin on its own listener alone', async () => {
    const [{ url, admin } = { url: '', admin: '' }] = members;
    expect(await call(`${url}/admin/loggers`)).toMatchObject({ status: 404 });
    expect(await call(`${admin}/admin/loggers`)).toMatchObject({ status: 200 });
    expect(await call(`${admin}/connectors`)).toMatchObject({ status: 404 });
    expect(await call(`${admin}/admin/loggers`, 'GET', undefined, {})).toMatchObject({
      status: 401,
    });
  });

  test('lets the commands in by --ca and --cert, and by environment', async () => {
    const [{ url } = { url: '' }] = members;
    const address = url.replace('//', `//alice:${PASSWORD}@`);
    const [ca, cert] = [paths['ca.pem'] ?? '', paths['client.pem'] ?? ''];
    const secured = ['--url', address, '--ca', ca, '--cert', cert];
    await using byOptions = headwater(['connectors', 'list', ...secured]);
    expect([await byOptions.exited, byOptions.stderr()]).toEqual([0, '']);
    expect(byOptions.stdout()).toContain(`${group}-0`);
    await using byEnvironment = headwater(['connectors', 'list'], {
      HEADWATER_URL: address,
      HEADWATER_CA: ca,
      HEADWATER_CERT: cert,
    });
    expect(await byEnvironment.exited).toBe(0);
    const others = paths['other-ca.pem'] ?? '';
    await using distrusting = headwater(['connectors', 'list', '--url', address, '--ca', others]);
    expect(await distrusting.exited).toBe(3);
    expect(distrusting.stderr()).toMatch(/can't be reached \(.*certificate.*\).*--ca/);
    expect(distrusting.stderr()).not.toContain(PASSWORD);
  });

  test('never tells a password', () => {
    for (const { process } of members) expect(process.stderr()).not.toContain(PASSWORD);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
