/** Goal: a sink knows its own writes, and takes nobody else's for them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clientOf,
  clientToken,
  isOwn,
  testTokenOf,
} from '../../../../../connectors/salesforce/sink/origin.ts';

const origin = (client: string): string => `com/salesforce/api/rest/66.0;client=${client}`;

test('the client that a connector sends is the one its change origin names', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (connector) => {
      const token = clientToken(connector);
      expect(token).toMatch(/^headwater-[A-Za-z0-9_.-]+$/);
      expect(clientOf(origin(token))).toBe(token);
    }),
  );
});

test('two connectors are told apart, though one name begins with the other', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(clientOf(origin(clientToken(one))) === clientToken(other)).toBe(one === other);
    }),
  );
  expect(clientOf(origin('headwater-crm-2'))).not.toBe(clientToken('crm'));
});

test.each([
  ['com/salesforce/api/rest/66.0', undefined],
  ['com/salesforce/api/rest/66.0;client=', ''],
  ['com/salesforce/api/rest/66.0;client=SfdcInternalAPI/', 'SfdcInternalAPI'],
  ['client=headwater-crm', undefined],
  ['com/salesforce/api/rest/66.0;otherclient=headwater-crm', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('%j names the client %j', (given, client) => {
  expect(clientOf(given)).toBe(client);
});

test('its writes and its test write are its own, those of a connector that is named so are not', () => {
  const token = clientToken('crm');
  expect(isOwn(origin(token), token)).toBe(true);
  expect(isOwn(origin(testTokenOf(token)), token)).toBe(true);
  expect(isOwn(origin(clientToken('crm~test')), token)).toBe(false);
  expect(isOwn(origin('people'), token)).toBe(false);
});
