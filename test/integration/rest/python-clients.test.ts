/**
 * Goal: clients that nobody here wrote work with our worker as with Connect's: every command of both command lines, every
 * method of the library. Method: kafka-connect-py and kafka-connect-cli as they are published, against a worker that
 * stands alone and one in a group; results are read, not only exit codes.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Worker } from '../../../src/cli/worker/start.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import type { ConnectorStatus } from '../../../src/herder/herder.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { eventually } from '../../support/eventually.ts';
import { files } from '../../support/headwater-process.ts';
import { brokers, groupProperties, startInProcess } from '../../support/in-process-worker.ts';
import { pythonPackage, run } from '../../support/python-clients/venv.ts';

const py = await pythonPackage('kafka-connect-py', '1.0.0');
const cli = await pythonPackage('kafka-connect-cli', '0.2.5');
const unique = randomUUID().slice(0, 8);
const topic = `python-${unique}`;
const input = files({ 'in.txt': 'one\ntwo\n' })['in.txt'] ?? '';
const config = { 'connector.class': 'FileStreamSource', file: input, topic };
const EVERY_METHOD = join(import.meta.dirname, '../../support/python-clients/every_method.py');

beforeAll(async () => {
  await using kafka = kafkaJs({ 'bootstrap.servers': brokers() }, silentLog, systemClock);
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
});

describe.each([
  ['alone', { 'offset.storage.file.filename': `${input}.offsets` }],
  ['in a group', groupProperties(`python-${unique}`)],
])('a worker %s', (kind, properties) => {
  let worker: Worker;
  let name: string;
  beforeEach(() => {
    name = `python-${kind.replaceAll(' ', '-')}-${randomUUID().slice(0, 8)}`;
  });

  beforeAll(async () => {
    worker = await startInProcess(properties);
    const isReady = async (): Promise<boolean> => (await fetch(`${worker.url}/health`)).ok;
    await eventually(isReady, (ready) => ready);
  });
  afterAll(() => worker.close());

  const status = async (): Promise<ConnectorStatus> =>
    (await (await fetch(`${worker.url}/connectors/${name}/status`)).json()) as ConnectorStatus;
  const reaches = (state: string, tasks = 1): Promise<ConnectorStatus> =>
    eventually(
      status,
      (now) =>
        now.tasks?.length === tasks &&
        [now.connector, ...now.tasks].every((part) => part.state === state),
    );

  test.skipIf(py === undefined)('answers every method of kafka-connect-py’s client', async () => {
    const args = [EVERY_METHOD, worker.url, name, JSON.stringify(config)];
    const { code, stdout, stderr } = await run(join(py ?? '', 'python'), args);
    expect(code, stderr).toBe(0);
    const results = JSON.parse(stdout) as Record<string, unknown>;
    const info = { name, config: { ...config, name }, type: 'source' };
    const running = { state: 'RUNNING', worker_id: new URL(worker.url).host, version: '4.3.1' };
    expect(results).toMatchObject({
      info: { version: '4.3.1' },
      created: info,
      listed: [name],
      running: [name],
      expanded: { [name]: { info: { ...info, tasks: [{ connector: name, task: 0 }] } } },
      updated: { ...info, config: { ...info.config, 'batch.size': '7' } },
      got: { name, tasks: [{ connector: name, task: 0 }] },
      config: { 'batch.size': '7', topic },
      tasks: [{ id: { connector: name, task: 0 }, config: { topic } }],
      task: { id: 0, ...running },
      restarted: null,
      restartedWithTasks: { name, connector: { state: 'RESTARTING' } },
      paused: { connector: { state: 'PAUSED' }, tasks: [{ id: 0, state: 'PAUSED' }] },
      topics: { [name]: { topics: [topic] } },
      stopped: { connector: { state: 'STOPPED' }, tasks: [] },
      plugins: [
        { class: 'org.apache.kafka.connect.file.FileStreamSinkConnector', type: 'sink' },
        { class: 'org.apache.kafka.connect.file.FileStreamSourceConnector', type: 'source' },
      ],
      valid: { error_count: 0 },
      invalid: { error_count: 3 },
      left: [],
      refused: {
        missing: expect.stringContaining('404 Client Error'),
        invalid: expect.stringContaining('400 Client Error'),
        restart: `{"error_code":404,"message":"Unknown connector: ${name}"}`,
      },
      untouched: [],
    });
  });

  // Commands go the library's ways: a group, where answers come before the work is done, is the harder of the two.
  if (kind === 'alone') return;

  test.skipIf(py === undefined)('answers every command of kafka-connect-py', async () => {
    const used = new Set<string>();
    const kc = async (command: string, ...args: readonly string[]): Promise<unknown> => {
      used.add(command);
      const ran = await run(join(py ?? '', 'kc'), ['--url', worker.url, command, ...args]);
      expect(ran.code, ran.stderr).toBe(0);
      if (ran.stdout === '') return undefined;
      return ran.stdout.startsWith('{') || ran.stdout.startsWith('[') || ran.stdout === 'null\n'
        ? JSON.parse(ran.stdout)
        : ran.stdout;
    };
    const asText = JSON.stringify(config);
    const named = { name, type: 'source' };
    expect(await kc('info')).toMatchObject({ version: '4.3.1' });
    expect(await kc('list-plugins')).toHaveLength(2);
    expect(await kc('create', '-d', JSON.stringify({ name, config }))).toMatchObject(named);
    await reaches('RUNNING');
    expect(await kc('list', '-p', name)).toEqual([name]);
    expect(await kc('list', '-e', 'status', '-s', 'running')).toHaveProperty([
      name,
      'status',
      'name',
    ]);
    expect(await kc('get', name)).toMatchObject(named);
    expect(await kc('config', name)).toEqual({ ...config, name });
    expect(await kc('update', name, '-d', asText)).toMatchObject({ config: { ...config, name } });
    await reaches('RUNNING');
    expect(await kc('status', name)).toMatchObject({ connector: { state: 'RUNNING' } });
    expect(await kc('list-tasks', name)).toMatchObject([{ id: { connector: name, task: 0 } }]);
    expect(await kc('task-status', name, '0')).toMatchObject({ id: 0, state: 'RUNNING' });
    expect(await kc('restart-task', name, '0')).toBeNull();
    await reaches('RUNNING');
    expect(await kc('restart', name, '--include-tasks')).toMatchObject({ name });
    await reaches('RUNNING');
    await kc('pause', name);
    await reaches('PAUSED');
    await kc('resume', '--all', '-p', name, '-s', 'paused');
    await reaches('RUNNING');
    expect(await kc('list-topics', name)).toHaveProperty([name, 'topics']);
    expect(await kc('reset-topics', name)).toBeNull();
    // It wraps the configuration into a text; Connect answers 500 then.
    expect(await kc('validate-config', 'FileStreamSource', '-d', asText)).toContain(
      '400 Client Error',
    );
    expect(await kc('create', '-d', JSON.stringify({ name, config }))).toContain(
      '409 Client Error',
    );
    await kc('delete', name);
    expect(await kc('get', name)).toContain('404 Client Error');
    const help = (await run(join(py ?? '', 'kc'), ['--help'])).stdout;
    const [, commands = ''] = help.split('Commands:');
    const all = [...commands.matchAll(/^ {2}([a-z-]+) /gm)].map(([, command]) => command);
    expect(used).toEqual(new Set(all));
  });

  test.skipIf(cli === undefined)('answers every command of kafka-connect-cli', async () => {
    const kafkaConnect = async (
      group: string,
      command: string,
      ...args: readonly string[]
    ): Promise<{ code: number | null; out: unknown }> => {
      const given = [group, ...(command === '' ? [] : [command]), '--url', worker.url, ...args];
      const { code, stdout } = await run(join(cli ?? '', 'kafka_connect'), given);
      return { code, out: /^[[{]|^null/.test(stdout) ? JSON.parse(stdout) : stdout };
    };
    const asText = JSON.stringify(config);
    const create = ['connector', 'create', '--name', name, '--configuration', asText] as const;
    expect(await kafkaConnect(...create)).toMatchObject({ code: 0, out: { name, type: 'source' } });
    await reaches('RUNNING');
    expect((await kafkaConnect(...create)).out).toBe(`Error: Connector ${name} already exists\n`);
    expect((await kafkaConnect(...create, '--if-not-exists')).out).toBeNull();
    const running = { connector: name, state: 'RUNNING', failedTasks: [] };
    expect((await kafkaConnect('connector', 'list')).out).toEqual([running]);
    expect((await kafkaConnect('connector', 'get', '--name', name)).out).toEqual(running);
    expect((await kafkaConnect('connector', 'configuration', '--name', name)).out).toEqual({
      ...config,
      name,
    });
    const update = ['connector', 'update', '--name', name, '--configuration', asText] as const;
    expect((await kafkaConnect(...update)).out).toMatchObject({
      name,
      config: { ...config, name },
    });
    await reaches('RUNNING');
    expect(await kafkaConnect('health-check', '', '--verbose')).toEqual({
      code: 0,
      out: `Connector ${name} in state RUNNING\n`,
    });
    expect((await kafkaConnect('task', 'list', '--connector', name)).out).toEqual([
      { taskId: 0, state: 'RUNNING', trace: '' },
    ]);
    expect(await kafkaConnect('task', 'restart', '--connector', name, '--task', '0')).toEqual({
      code: 0,
      out: '',
    });
    await reaches('RUNNING');
    expect(await kafkaConnect('connector', 'restart', '--name', name)).toEqual({
      code: 0,
      out: '',
    });
    await reaches('RUNNING');
    expect(await kafkaConnect('connector', 'pause', '--name', name)).toEqual({ code: 0, out: '' });
    await reaches('PAUSED');
    expect(await kafkaConnect('connector', 'resume', '--name', name)).toEqual({ code: 0, out: '' });
    await reaches('RUNNING');
    const batch = ['--name', name, '--verbose'];
    expect((await kafkaConnect('connector', 'pause-all', ...batch)).out).toBe(
      `Connector ${name} paused\n`,
    );
    await reaches('PAUSED');
    expect((await kafkaConnect('connector', 'resume-all', ...batch)).out).toBe(
      `Connector ${name} resumed\n`,
    );
    await reaches('RUNNING');
    expect(await kafkaConnect('connector', 'delete', '--name', name)).toEqual({ code: 0, out: '' });
    expect(await kafkaConnect(...create)).toMatchObject({ code: 0 });
    expect((await kafkaConnect('connector', 'delete-all', ...batch)).out).toBe(
      `Connector ${name} deleted\n`,
    );
    expect((await kafkaConnect('connector', 'get', '--name', name)).out).toContain(
      'response status: 404',
    );
  });
});
