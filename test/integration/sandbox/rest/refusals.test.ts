/**
 * Goal: what Salesforce refuses is refused with its status, code and words.
 * Method: requests as they are, and jsforce's, against the REST routes of an org on a free port.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultSettings } from '../../../../sandbox/salesforce/control/ports.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { createAccount, refused, startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let conn: Connection;
let org: SandboxOrg;
let faults: FaultSettings;
beforeAll(async () => {
  rest = await startRestOrg();
  ({ conn, org, faults } = rest);
});
afterAll(() => rest.close());

describe('what is refused', () => {
  const raw = async (
    method: string,
    path: string,
    body?: string,
    token = conn.accessToken ?? '',
  ) => {
    const response = await fetch(`${conn.instanceUrl}/services/data/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    const [error] = (await response.json()) as { errorCode: string; message: string }[];
    return { status: response.status, ...error };
  };

  test.each<[string, string, string | undefined, number, string, string]>([
    ['GET', 'v49.0/limits', undefined, 404, 'NOT_FOUND', 'The requested resource does not exist'],
    ['GET', 'v60.0/nope', undefined, 404, 'NOT_FOUND', 'The requested resource does not exist'],
    ['GET', 'v60.0/sobjects/Nope/describe', undefined, 404, 'NOT_FOUND', 'The requested resource'],
    ['GET', 'v60.0/sobjects/Account/001Hw0000zzzzzz', undefined, 404, 'NOT_FOUND', 'The requested'],
    [
      'GET',
      'v60.0/sobjects/Account/xyz',
      undefined,
      404,
      'NOT_FOUND',
      'Provided external ID field does not exist',
    ],
    [
      'PUT',
      'v60.0/sobjects/Account',
      '{}',
      405,
      'METHOD_NOT_ALLOWED',
      "HTTP Method 'PUT' not allowed. Allowed are",
    ],
    ['POST', 'v60.0/sobjects/Account', '{"Name":', 400, 'JSON_PARSER_ERROR', ''],
    [
      'POST',
      'v60.0/sobjects/Account',
      undefined,
      400,
      'JSON_PARSER_ERROR',
      'The HTTP entity body is required',
    ],
    [
      'POST',
      'v60.0/sobjects/Account',
      '{}',
      400,
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [Name]',
    ],
    [
      'POST',
      'v60.0/sobjects/Account',
      '{"Name":"x","Nope":1}',
      400,
      'INVALID_FIELD',
      "No such column 'Nope' on sobject of type Account",
    ],
    [
      'PATCH',
      'v60.0/sobjects/Account/Nope__c/1',
      '{"Name":"x"}',
      404,
      'NOT_FOUND',
      'Provided external ID field',
    ],
    [
      'PATCH',
      'v60.0/sobjects/Account/Ext__c/1',
      '{"Name":"x","Ext__c":"1"}',
      400,
      'INVALID_FIELD',
      'should not be specified in the sobject data',
    ],
    ['GET', 'v60.0/query', undefined, 400, 'MALFORMED_QUERY', 'A query string has to be specified'],
  ])('%s %s %s', async (method, path, body, status, errorCode, message) => {
    const answer = await raw(method, path, body);
    expect(answer).toEqual({
      status,
      errorCode,
      message: expect.stringContaining(message),
      ...('fields' in answer ? { fields: expect.any(Array) } : {}),
    });
  });

  test('a session that ended is 401 INVALID_SESSION_ID', async () => {
    expect(await raw('GET', 'v60.0/limits', undefined, 'nonsense')).toEqual({
      status: 401,
      errorCode: 'INVALID_SESSION_ID',
      message: 'Session expired or invalid',
    });
  });

  test('a duplicate value names the record that has it', async () => {
    const id = await createAccount(conn, { Ext__c: 'only' });
    const error = await refused(conn.sobject('Account').create({ Name: 'B', Ext__c: 'ONLY' }));
    expect(error).toMatchObject({
      errorCode: 'DUPLICATE_VALUE',
      message: expect.stringContaining(id),
    });
  });

  test('an object without permission isn’t there to read, and can’t be written', async () => {
    org.putUser({
      ...org.admin,
      id: '005Hw0000000099AAA',
      username: 'r@example.com',
      hiddenObjects: ['Account'],
    });
    const { accessToken } = org.openSession('005Hw0000000099AAA');
    const { instanceUrl } = conn;
    const reader = new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
    const codes = await Promise.all(
      [
        reader.query('SELECT Id FROM Account'),
        reader.describe('Account'),
        reader.sobject('Account').create({ Name: 'x' }),
      ].map(async (promise) => (await refused(promise)).errorCode),
    );
    expect(codes).toEqual(['INVALID_TYPE', 'NOT_FOUND', 'INSUFFICIENT_ACCESS_OR_READONLY']);
    const [result] = await reader.sobject('Account').create([{ Name: 'x' }]);
    expect(result?.errors).toMatchObject([{ statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }]);
  });

  test('faults come as often as they are set', async () => {
    faults.serviceUnavailable = 1;
    expect(await raw('POST', 'v60.0/sobjects/Account', '{"Name":"x"}')).toMatchObject({
      status: 503,
      errorCode: 'SERVER_UNAVAILABLE',
    });
    faults.requestLimitExceeded = 1;
    expect((await refused(conn.limits())).errorCode).toBe('REQUEST_LIMIT_EXCEEDED');
    faults.unableToLockRow = 1;
    expect(await conn.sobject('Account').create([{ Name: 'x' }, { Name: 'y' }])).toMatchObject([
      { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
      { success: true },
    ]);
  });
});
