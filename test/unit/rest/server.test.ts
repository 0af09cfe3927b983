import { describe, expect, test } from 'vitest';
import { AppError, type ErrorKind } from '../../../src/foundation/errors.ts';
import { PluginCatalog } from '../../../src/herder/plugins.ts';
import type { Herder, OffsetEntry } from '../../../src/herder/herder.ts';
import { app, json } from './harness.ts';

describe('errors', () => {
  test.each<[ErrorKind, number]>([
    ['config', 400],
    ['data', 400],
    ['auth', 500],
    ['missing', 404],
    ['conflict', 409],
    ['retriable', 503],
    ['reconnect', 503],
    ['fatal', 500],
  ])('%s is answered %i', async (kind, status) => {
    const info = (): never => {
      throw new AppError(kind, 'some.code', 'No.', { suggestion: 'Do that.' });
    };
    const answer = await app({ info }).inject('/connectors/a');
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({ error_code: status, message: 'No. Do that.' });
  });

  test('a message is answered without its secrets', async () => {
    const info = (): never => {
      throw new Error('the password s3cret is wrong');
    };
    const answer = await app({ info }).inject('/connectors/a');
    expect(answer.json()).toEqual({
      error_code: 500,
      message: 'the password [hidden] is wrong',
    });
  });

  test('a known path with another method is 405, an unknown path 404', async () => {
    const rest = app();
    expect((await rest.inject({ method: 'DELETE', url: '/connectors' })).statusCode).toBe(405);
    expect((await rest.inject('/connector')).statusCode).toBe(404);
  });
});

describe('bodies', () => {
  test.each([
    ['no JSON', '{"name":', /not JSON/],
    ['a list', '[]', /must be a JSON object/],
    ['no config', '{"name":"a"}', /config is required/],
    ['a nested value', '{"name":"a","config":{"file":{}}}', /file must be a text/],
    ['a null value', '{"name":"a","config":{"file":null}}', /file must not be null/],
    ['a field too many', '{"name":"a","confg":{}}', /"confg"/],
    ['a name with a slash', '{"name":"a/b","config":{}}', /slash/],
    ['two names', '{"name":"a","config":{"name":"b"}}', /doesn't match/],
    ['a state that is none', '{"name":"a","config":{},"initial_state":"GONE"}', /RUNNING/],
  ])('a connector with %s is refused in one sentence', async (_what, payload, message) => {
    const answer = await app().inject({
      method: 'POST',
      url: '/connectors',
      headers: json,
      payload,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ message: string }>().message).toMatch(message);
  });

  test('offsets keep every digit in both directions', async () => {
    const text = '{"partition":{"id":9007199254740993},"offset":{"at":1}}';
    let seen: readonly OffsetEntry[] = [];
    const rest = app({
      offsets: async () => seen,
      alterOffsets: async (_name, offsets) => {
        seen = offsets;
        return 'done';
      },
    });
    await rest.inject({
      method: 'PATCH',
      url: '/connectors/a/offsets',
      headers: json,
      payload: `{"offsets":[${text}]}`,
    });
    expect((await rest.inject('/connectors/a/offsets')).body).toBe(`{"offsets":[${text}]}`);
  });

  test.each([0, 1.5, '10', 1e9])('a query for %s rows is refused', async (maxRows) => {
    const answer = await app().inject({
      method: 'POST',
      url: '/headwater/v1/connectors/a/query',
      payload: { sql: 'select 1', maxRows },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ message: string }>().message).toMatch(/^maxRows must be/);
  });

  test('a query has bounds when none are given', async () => {
    let limits: unknown;
    const rest = app({
      query: async (_name, _sql, given) => {
        limits = given;
        return { columns: [], rows: [], truncated: false };
      },
    });
    await rest.inject({
      method: 'POST',
      url: '/headwater/v1/connectors/a/query',
      payload: { sql: 'select 1' },
    });
    expect(limits).toEqual({ maxRows: 1_000, timeoutMs: 10_000 });
  });
});

test('a worker that starts its connectors is not healthy yet', async () => {
  const answer = await app({ ready: false }).inject('/health');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ status: 'starting' });
});

test.each([
  ['waits for its offsets', false, 503, 'starting'],
  ['is told what waiting does not mend', true, 500, 'unhealthy'],
])('a worker that %s says why', async (_what, lasting, code, status) => {
  const trouble = async (): Promise<{ reason: string; lasting: boolean }> => ({
    reason: 'Topic offsets (s3cret) is away.',
    lasting,
  });
  const answer = await app({}, { trouble }).inject('/health');
  expect(answer.statusCode).toBe(code);
  expect(answer.json()).toMatchObject({
    status,
    message: expect.stringContaining('Topic offsets ([hidden]) is away.'),
  });
});

test("the version at / is that of Connect's API; Headwater's own stands under its prefix", async () => {
  expect((await app().inject('/')).json()).toEqual({
    version: '4.3.1',
    commit: 'unknown',
    kafka_cluster_id: null,
  });
  expect((await app().inject('/headwater/v1/worker')).json()).toMatchObject({ version: '1.2.3' });
});

test.each([
  ['', 200],
  ['?version=latest', 200],
  ['?version=1.0', 200],
  ['?version=[1.0]', 200],
  ['?version=2.0', 400],
])("a plugin's properties are asked for with %j", async (query, status) => {
  const load = (): Promise<never> => Promise.reject(new Error('not loaded for this'));
  const plugins = new PluginCatalog([
    { class: 'MySource', type: 'source', version: '1.0', config: [], load },
  ]);
  const rest = app({ pluginConfig: (name, version) => plugins.configKeys(name, version) });
  const answer = await rest.inject(`/connector-plugins/MySource/config${query}`);
  expect(answer.statusCode).toBe(status);
});

test('topics are forbidden where they are not tracked, resetting where that is off', async () => {
  const answers = async (enabled: boolean, resettable: boolean): Promise<number[]> => {
    const herder = { topics: () => [], resetTopics: () => undefined };
    const rest = app(herder, { topicTracking: { enabled, resettable } });
    const read = await rest.inject('/connectors/a/topics');
    const reset = await rest.inject({ method: 'PUT', url: '/connectors/a/topics/reset' });
    return [read.statusCode, reset.statusCode];
  };
  expect(await answers(true, true)).toEqual([200, 202]);
  expect(await answers(true, false)).toEqual([200, 403]);
  expect(await answers(false, true)).toEqual([403, 403]);
});

test('metrics are served as text', async () => {
  const answer = await app().inject({ url: '/metrics', headers: { accept: 'text/plain' } });
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toBe('up 1\n');
});

test("a logger's level is set and shown", async () => {
  const rest = app();
  const payload = { level: 'debug' };
  const url = '/admin/loggers/root';
  expect((await rest.inject({ method: 'PUT', url, payload })).json()).toEqual(['root']);
  expect((await rest.inject(url)).json()).toEqual({ level: 'DEBUG', last_modified: 5 });
});

test('only the origins that were named may read answers', async () => {
  const rest = app({}, { cors: { origin: 'https://a.example', methods: 'GET' } });
  const allowed = async (origin: string): Promise<unknown> =>
    (await rest.inject({ url: '/', headers: { origin } })).headers['access-control-allow-origin'];
  expect(await allowed('https://a.example')).toBe('https://a.example');
  expect(await allowed('https://b.example')).toBeUndefined();
});

test('a list leaves out a connector that has no status yet, or none any more', async () => {
  const gone = (): never => {
    throw new AppError('missing', 'connector.missing', 'No status found for connector gone');
  };
  const listed = app({
    connectors: () => ['gone', 'here'],
    status: (name) => (name === 'gone' ? gone() : ({ name } as ReturnType<Herder['status']>)),
  });
  const answer = await listed.inject('/connectors?expand=status');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ here: { status: { name: 'here' } } });
});

describe('as Java reads it', () => {
  test.each([
    ['', true],
    ['?connectorsOnly=', true],
    ['?connectorsOnly=TRUE', true],
    ['?connectorsOnly=x', false],
    ['?connectorsOnly=false&connectorsOnly=true', false],
  ])('/connector-plugins%s lists connectors alone: %j', async (query, connectorsOnly) => {
    const asked: boolean[] = [];
    const listed = app({ plugins: (only) => (asked.push(only), []) });
    await listed.inject(`/connector-plugins${query}`);
    expect(asked).toEqual([connectorsOnly]);
  });

  test.each([
    ['+0', 0],
    ['-1', -1],
    ['007', 7],
  ])('the task %s is %i', async (text, task) => {
    const asked: number[] = [];
    const herder = app({
      taskStatus: (_name, number) => (asked.push(number), {} as ReturnType<Herder['taskStatus']>),
    });
    await herder.inject(`/connectors/c/tasks/${encodeURIComponent(text)}/status`);
    expect(asked).toEqual([task]);
  });

  test('a connector’s name loses control characters at its ends, and no other white space', async () => {
    const made: string[] = [];
    const herder = app({
      create: (name) => {
        made.push(name);
        return Promise.resolve({ name, config: {}, tasks: [], type: 'source' });
      },
    });
    for (const name of ['\u001b a\u0000 ', '\u00a0a', 7]) {
      await herder.inject({ method: 'POST', url: '/connectors', payload: { name, config: {} } });
    }
    expect(made).toEqual(['a', '\u00a0a', '7']);
  });
});

test('a patch of another name is refused, unless there is no such connector', async () => {
  const herder = app({
    config: (name) => {
      if (name === 'here') return {};
      throw new AppError('missing', 'connector.missing', 'Connector gone not found');
    },
  });
  const patch = (name: string): Promise<{ statusCode: number }> =>
    herder.inject({ method: 'PATCH', url: `/connectors/${name}/config`, payload: { name: 'x' } });
  expect((await patch('here')).statusCode).toBe(400);
  expect((await patch('gone')).statusCode).toBe(404);
});

test('JSON is answered without a charset, as Connect answers it', async () => {
  const { headers } = await app().inject('/');
  expect(headers['content-type']).toBe('application/json');
});

test('browsers of allowed origins are told methods and headers when they ask ahead, as Connect tells them', async () => {
  const rest = app({}, { cors: { origin: 'http://ui.example', methods: 'GET,PUT' } });
  const origin = 'http://ui.example';
  const ahead = await rest.inject({
    method: 'OPTIONS',
    url: '/connectors',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });
  expect(ahead.headers).toMatchObject({
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET,PUT',
    'access-control-allow-headers': 'Content-Type',
    'access-control-max-age': '60',
  });
  const asked = await rest.inject({ url: '/', headers: { origin } });
  expect(asked.headers['access-control-allow-origin']).toBe(origin);
  expect(asked.headers['access-control-allow-methods']).toBeUndefined();
  const foreign = await rest.inject({ url: '/', headers: { origin: 'http://other.example' } });
  expect(foreign.headers['vary']).toBe('Origin');
  expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
});
