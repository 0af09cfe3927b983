import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { files, headwater, readyUrl, workerFile } from '../../support/headwater-process.ts';

/** Typed PASSWORD, written into the file. */
const TYPED = 'canary-typed-"8f3a';
/** Of a property that is no secret by type, by reference. */
const REFERRED = 'canary-referred-77c1';
/** In the worker's own file. */
const WORKER = 'canary-worker-51d0';
const CANARIES = [TYPED, REFERRED, WORKER];

/** A login that refuses and repeats whatever it was sent. */
let login: Server;
let address = '';
/** Whether the secrets were really used. */
let received = '';

beforeAll(async () => {
  login = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = decodeURIComponent(Buffer.concat(chunks).toString().replaceAll('+', ' '));
      received += text;
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'invalid_grant', error_description: `bad: ${text}` }));
    });
  });
  await new Promise<void>((resolve) => login.listen(0, '127.0.0.1', resolve));
  const bound = login.address();
  address = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
});

afterAll(() => void login.close());

test('no secret reaches logs, answers or errors', async () => {
  const config = {
    'connector.class': 'SalesforcePubSubSource',
    'topic.prefix': 'secrets',
    'salesforce.channels': '/data/AccountChangeEvent',
    'salesforce.instance': address,
    'salesforce.grant.type': 'CLIENT_CREDENTIALS',
    'salesforce.consumer.key': '${env:CANARY}',
    'salesforce.consumer.secret': TYPED,
  };
  const { 'org.json': connector = '' } = files({
    'org.json': JSON.stringify({ name: 'org', config }),
  });
  const file = workerFile([
    'config.providers=env',
    'config.providers.env.class=EnvVarConfigProvider',
    `producer.ssl.key.password=${WORKER}`,
  ]);
  await using worker = headwater(['worker', file, connector, '--log-level', 'DEBUG'], {
    CANARY: REFERRED,
  });
  const url = await readyUrl(worker);
  const call = async (path: string, method = 'GET', body?: unknown): Promise<string> => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return response.text();
  };

  const status = await eventually(
    () => call('/connectors/org/status'),
    (text) => text.includes('FAILED'),
  );
  const answers = [
    status,
    await call('/connectors?expand=info&expand=status'),
    await call('/connectors/org'),
    await call('/connectors/org/config'),
    await call('/connectors/org/tasks'),
    await call('/connectors/org/tasks/0/status'),
    await call('/connectors/org/offsets'),
    await call('/metrics'),
    await call('/connector-plugins/SalesforcePubSubSource/config/validate', 'PUT', config),
    await call('/connectors', 'POST', { name: 'two', config }),
    await call('/connectors', 'POST', {
      name: 'three',
      config: { ...config, 'connector.class': '' },
    }),
    await call('/connectors/org/config', 'PUT', { ...config, 'tasks.max': '${env:CANARY}' }),
    await call('/connectors/org/restart?includeTasks=true', 'POST'),
  ];
  worker.child.kill('SIGTERM');
  await worker.exited;

  expect(received).toContain(TYPED);
  expect(received).toContain(REFERRED);
  expect(answers[3]).toContain('${env:CANARY}');
  for (const text of [...answers, worker.stderr(), worker.stdout()]) {
    for (const canary of CANARIES) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(JSON.stringify(canary).slice(1, -1));
      expect(text).not.toContain(encodeURIComponent(canary));
    }
  }
});
