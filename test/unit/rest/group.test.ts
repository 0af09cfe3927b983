/** What a worker of a group answers the other workers, and about itself. */
import { describe, expect, test } from 'vitest';
import type { GroupHerder } from '../../../src/herder/herder.ts';
import { app, json } from './harness.ts';

const SIGNED = {
  'x-connect-authorization': 'c2lnbmVk',
  'x-connect-request-signature-algorithm': 'HmacSHA256',
};

function inGroup(group: Partial<GroupHerder>): ReturnType<typeof app> {
  const nothing: GroupHerder = {
    trouble: () => undefined,
    isSigned: () => true,
    putTasks: () => Promise.resolve(),
    fence: () => Promise.resolve(),
    setLevel: () => Promise.resolve(),
  };
  return app({}, { group: { ...nothing, ...group } });
}

describe.each([
  ['POST', '/connectors/c/tasks', [{ a: 'b' }]],
  ['PUT', '/connectors/c/fence', undefined],
] as const)('%s %s', (method, url, payload) => {
  const ask = (
    group: Partial<GroupHerder>,
    signed: Record<string, string> = SIGNED,
  ): ReturnType<ReturnType<typeof app>['inject']> => {
    const headers = { ...signed, ...(payload === undefined ? {} : json) };
    const body = payload === undefined ? {} : { payload: JSON.stringify(payload) };
    return inGroup(group).inject({ method, url, headers, ...body }) as ReturnType<
      ReturnType<typeof app>['inject']
    >;
  };

  test('is refused without a signature', async () => {
    const { statusCode, body } = await ask({}, {});
    expect(statusCode).toBe(400);
    expect(body).toContain('Internal request missing required signature');
  });

  test.each([
    ['forged', false, 403],
    ['given before the group’s key is known', undefined, 503],
  ])('is refused where the signature is %s', async (_what, isSigned, code) => {
    const answer = await ask({ isSigned: () => isSigned });
    expect(answer.statusCode).toBe(code);
    expect(answer.json()).toMatchObject({ error_code: code });
  });

  test('is done for a member, by the body it signed', async () => {
    const seen: unknown[] = [];
    const answer = await ask({
      isSigned: (body, { signature }) => seen.push(body, signature) > 0,
      putTasks: async (...given) => void seen.push(given),
      fence: async (...given) => void seen.push(given),
    });
    expect(answer.statusCode).toBe(204);
    const text = payload === undefined ? '' : JSON.stringify(payload);
    expect(seen).toEqual([text, 'c2lnbmVk', payload === undefined ? ['c'] : ['c', payload]]);
  });
});

test('a level for the cluster goes to the group, and is checked before', async () => {
  const set: unknown[] = [];
  const group = inGroup({ setLevel: async (...given) => void set.push(given) });
  const put = (level: string): Promise<{ statusCode: number }> =>
    group.inject({
      method: 'PUT',
      url: '/admin/loggers/herder?scope=cluster',
      headers: json,
      payload: JSON.stringify({ level }),
    });
  expect((await put('loud')).statusCode).toBe(404);
  expect((await put('debug')).statusCode).toBe(204);
  expect(set).toEqual([['herder', 'DEBUG']]);
});

test('a worker that lost its group is unhealthy, with the reason', async () => {
  const trouble = { reason: 'Out of the group.', lasting: true };
  const answer = await inGroup({ trouble: () => trouble }).inject('/health');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({
    status: 'unhealthy',
    message: expect.stringContaining('Out of the group.'),
  });
});
