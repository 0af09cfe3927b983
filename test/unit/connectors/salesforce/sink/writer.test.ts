/** Goal: what Salesforce answers to a call is laid at the right door: a record's, the moment's, the login's. */
import type { Connection } from 'jsforce';
import { expect, test } from 'vitest';
import type { Target } from '../../../../../connectors/salesforce/sink/target.ts';
import { Writer, type Row } from '../../../../../connectors/salesforce/sink/writer.ts';

const field = { writeable: true, isId: true, isNumber: false, caseSensitive: false };
const target: Target = {
  object: 'Account',
  fields: new Map([['Ext__c', { ...field, name: 'Ext__c' }]]),
};

const row = (key: string): Row => ({ key, values: { Name: key } });

class Refusal extends Error {
  readonly errorCode: string;
  readonly data: unknown;
  constructor(errorCode: string, data?: unknown) {
    super(`${errorCode}: refused`);
    this.errorCode = errorCode;
    this.data = data;
  }
}

/** A connection whose calls are answered by `answer`. */
function writerOf(answer: (url: string) => unknown): Writer {
  const request = (call: { url: string }): Promise<unknown> =>
    Promise.resolve().then(() => answer(call.url));
  return new Writer({ request } as unknown as Connection, target, 'Ext__c', 'upsert');
}

test('a collection refused as a whole shows row by row whose fault it is', async () => {
  const writer = writerOf((url) => {
    if (url.startsWith('/composite')) throw new Refusal('JSON_PARSER_ERROR');
    if (url.endsWith('/b')) {
      throw new Refusal('JSON_PARSER_ERROR', {
        errorCode: 'JSON_PARSER_ERROR',
        message: 'not a date',
        fields: ['Founded__c'],
      });
    }
    return undefined;
  });
  const results = await writer.write([row('a'), row('b'), row('c')], true);
  expect(results).toEqual([
    undefined,
    expect.objectContaining({ kind: 'data', path: 'Founded__c' }),
    undefined,
  ]);
});

test('several errors of one record: the first is told with its code', async () => {
  const errors = [
    { errorCode: 'STRING_TOO_LONG', message: 'too long', fields: ['Name'] },
    { errorCode: 'INVALID_EMAIL_ADDRESS', message: 'no address', fields: ['Email'] },
  ];
  const writer = writerOf(() => {
    throw new Refusal('MULTIPLE_API_ERRORS', errors);
  });
  expect(await writer.write([row('a')], false)).toEqual([
    expect.objectContaining({ kind: 'data', path: 'Name', message: 'STRING_TOO_LONG: too long' }),
  ]);
});

test('a record that this user may not touch is that record’s error', async () => {
  const writer = writerOf((url) => {
    if (url.endsWith('/b')) throw new Refusal('INSUFFICIENT_ACCESS_OR_READONLY');
    return undefined;
  });
  expect(await writer.write([row('a'), row('b')], false)).toEqual([
    undefined,
    expect.objectContaining({ kind: 'data' }),
  ]);
});

test('a session that is over stops the rows: none is sent after the error is known', async () => {
  let sent = 0;
  const writer = writerOf((url) => {
    sent++;
    if (url.endsWith('/0')) throw new Refusal('INVALID_SESSION_ID');
    return undefined;
  });
  const rows = Array.from({ length: 100 }, (_, i) => row(`${i}`));
  await expect(writer.write(rows, false)).rejects.toMatchObject({ kind: 'auth' });
  const then = sent;
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBe(then);
  expect(sent).toBeLessThan(20);
});

test('a server that is away is the moment’s fault', async () => {
  const writer = writerOf(() => {
    throw new Refusal('ERROR_HTTP_502');
  });
  expect(await writer.write([row('a')], false)).toEqual([
    expect.objectContaining({ kind: 'retriable' }),
  ]);
});
