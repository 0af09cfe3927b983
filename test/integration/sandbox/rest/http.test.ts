/**
 * Goal: what goes round a resource is as with Salesforce: methods, conditions, compression, unreadable bodies.
 * Method: plain HTTP requests, where clients' libraries would hide it.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
beforeAll(async () => {
  rest = await startRestOrg();
});
afterAll(() => rest.close());

const JSON_TYPE = { 'content-type': 'application/json' };

async function create(type: string, values: Record<string, unknown>): Promise<string> {
  const { id } = await rest.conn.sobject(type).create(values);
  if (id === undefined) throw new Error('no id');
  return id;
}

describe('methods', () => {
  test.each([
    ['PATCH', 'sobjects/Account', 'HEAD,GET,POST'],
    ['POST', 'sobjects/Account/001Hw0000000001AAA', 'HEAD,GET,PATCH,DELETE'],
    ['OPTIONS', 'limits', 'HEAD,GET'],
    ['GET', 'composite/batch', 'POST'],
  ])('%s %s is 405 and names what is allowed', async (method, path, allowed) => {
    const body = method === 'OPTIONS' || method === 'GET' ? {} : { body: '{}', headers: JSON_TYPE };
    const { status, headers, json } = await rest.raw(method, `v60.0/${path}`, body);
    expect({ status, json }).toEqual({
      status: 405,
      json: [
        {
          errorCode: 'METHOD_NOT_ALLOWED',
          message: `HTTP Method '${method}' not allowed. Allowed are ${allowed}`,
        },
      ],
    });
    expect(headers.get('allow')).toBe(allowed.replaceAll(',', ', '));
  });

  test('HEAD answers what GET does, without the body', async () => {
    const { status, headers, text } = await rest.raw('HEAD', 'v60.0/sobjects/Account/describe');
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/100000$/);
    expect(headers.get('last-modified')).toMatch(/ GMT$/);
  });
});

describe('bodies', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('may be compressed with %s', async (encoding, compress) => {
    const { status, json } = await rest.raw('POST', 'v60.0/sobjects/Account', {
      headers: { ...JSON_TYPE, 'content-encoding': encoding },
      body: new Uint8Array(compress('{"Name":"Packed ä"}')),
    });
    expect({ status, json }).toMatchObject({ status: 201, json: { success: true } });
    const { records } = await rest.conn.query("SELECT Name FROM Account WHERE Name = 'Packed ä'");
    expect(records.length).toBeGreaterThan(0);
  });

  test('that say they are compressed and aren’t are the client’s error', async () => {
    const answer = await rest.raw('POST', 'v60.0/sobjects/Account', {
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: '{"Name":"x"}',
    });
    expect(answer).toMatchObject({ status: 400, json: [{ errorCode: 'INVALID_INPUT' }] });
  });

  test('that are broken are told where', async () => {
    const { status, json } = await rest.raw('POST', 'v60.0/sobjects/Account', {
      headers: JSON_TYPE,
      body: '{\n"Name": x}',
    });
    expect({ status, json }).toEqual({
      status: 400,
      json: [
        {
          errorCode: 'JSON_PARSER_ERROR',
          message:
            "Unrecognized token 'x': was expecting 'null', 'true', 'false' or NaN at [line:2, column:10]",
        },
      ],
    });
  });

  test.each([
    ['sobjects/Account', '{"Parent":DEEP}'],
    ['parameterizedSearch', '{"q":"Acme","sobjects":[{"name":"Account","fields":DEEP}]}'],
    [
      'composite',
      '{"compositeRequest":[{"method":"POST","url":"/services/data/v60.0/sobjects/Account","referenceId":"a","body":DEEP}]}',
    ],
  ])('of %s that are nested without end are refused, not followed', async (path, body) => {
    const deep = `${'['.repeat(100_000)}"]"${']'.repeat(100_000)}`;
    const { status, json } = await rest.raw('POST', `v60.0/${path}`, {
      headers: JSON_TYPE,
      body: body.replace('DEEP', deep),
    });
    expect({ status, json }).toMatchObject({
      status: 400,
      json: [{ errorCode: 'JSON_PARSER_ERROR', message: expect.stringContaining('depth') }],
    });
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml'])(
    'in %s are refused',
    async (type) => {
      const { status, json } = await rest.raw('POST', 'v60.0/sobjects/Account', {
        headers: { 'content-type': type },
        body: 'Name=x',
      });
      expect({ status, json }).toMatchObject({
        status: 415,
        json: [{ errorCode: 'UNSUPPORTED_MEDIA_TYPE' }],
      });
    },
  );

  test('of answers are compressed for those who take it', async () => {
    const { headers, json } = await rest.raw('GET', 'v60.0/sobjects', {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(json).toMatchObject({ encoding: 'UTF-8' });
  });
});

test('a session that ended is told how to authenticate', async () => {
  const headers = { authorization: 'Bearer none' };
  const answer = await rest.raw('GET', 'v60.0/limits', { headers });
  expect(answer).toMatchObject({
    status: 401,
    json: [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }],
  });
  expect(answer.headers.get('www-authenticate')).toBe('Token');
});

test('a record is made by its object’s Id resource, too', async () => {
  const init = { headers: JSON_TYPE, body: '{"Name":"By Id"}' };
  const { status, json } = await rest.raw('POST', 'v60.0/sobjects/Account/Id', init);
  expect({ status, json }).toMatchObject({ status: 201, json: { success: true, errors: [] } });
});

test.each([
  ['updated', '2020-01-01T00:00:00Z', '2020-02-01T00:00:00Z', 'more than 30 days ago'],
  ['deleted', '2020-01-01T00:00:00%2B0000', '2019-01-01T00:00:00%2B0000', 'must chronologically'],
  ['updated', 'yesterday', '2020-02-01T00:00:00Z', 'valid dateTime: yesterday'],
])('%s since %s until %s is refused', async (what, start, end, message) => {
  const path = `v60.0/sobjects/Account/${what}/?start=${start}&end=${end}`;
  expect(await rest.raw('GET', path)).toMatchObject({
    status: 400,
    json: [{ errorCode: 'INVALID_REPLICATION_DATE', message: expect.stringContaining(message) }],
  });
});

describe('conditions', () => {
  test('a describe that didn’t change is 304', async () => {
    const path = 'v60.0/sobjects/Lead/describe';
    const { headers } = await rest.raw('GET', path);
    const condition = { headers: { 'if-modified-since': headers.get('last-modified') ?? '' } };
    const { status, text } = await rest.raw('GET', path, condition);
    expect({ status, text }).toEqual({ status: 304, text: '' });
    const long = { headers: { 'if-modified-since': 'Wed, 25 Jul 2012 12:00:00 GMT' } };
    expect((await rest.raw('GET', path, long)).status).toBe(200);
  });

  test('a record that didn’t change is 304, by date and by entity tag', async () => {
    const id = await create('Account', { Name: 'Tagged' });
    const path = `v60.0/sobjects/Account/${id}`;
    const { headers } = await rest.raw('GET', path);
    const tag = headers.get('etag') ?? '';
    const modified = headers.get('last-modified') ?? '';
    const read = async (condition: Record<string, string>) =>
      (await rest.raw('GET', path, { headers: condition })).status;
    expect(await read({ 'if-modified-since': modified })).toBe(304);
    expect(await read({ 'if-none-match': tag })).toBe(304);
    expect(await read({ 'if-none-match': '"another"' })).toBe(200);
    await rest.conn.sobject('Account').update({ Id: id, Name: 'Tagged anew' });
    expect(await read({ 'if-none-match': tag })).toBe(200);
  });

  test('a write that expects another state is 412 and changes nothing', async () => {
    const id = await create('Account', { Name: 'Guarded' });
    const path = `v60.0/sobjects/Account/${id}`;
    const tag = (await rest.raw('GET', path)).headers.get('etag') ?? '';
    const write = (condition: Record<string, string>, Name: string) =>
      rest.raw('PATCH', path, {
        headers: { ...JSON_TYPE, ...condition },
        body: JSON.stringify({ Name }),
      });
    expect((await write({ 'if-match': tag }, 'First')).status).toBe(204);
    expect(await write({ 'if-match': tag }, 'Second')).toMatchObject({
      status: 412,
      json: [{ errorCode: 'PRECONDITION_FAILED' }],
    });
    const past = { 'if-unmodified-since': 'Wed, 25 Jul 2012 12:00:00 GMT' };
    expect((await write(past, 'Third')).status).toBe(412);
    expect((await rest.raw('DELETE', path, { headers: past })).status).toBe(412);
    expect(await rest.conn.sobject('Account').retrieve(id)).toMatchObject({ Name: 'First' });
  });
});
