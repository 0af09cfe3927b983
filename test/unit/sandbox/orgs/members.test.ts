import { expect, test } from 'vitest';
import { nameOf } from '../../../../sandbox/salesforce/orgs/hosts.ts';
import { membersOf } from '../../../../sandbox/salesforce/orgs/members.ts';

test('a single org is as it was asked for', () => {
  const given = { project: 'p', stateDir: 's', seed: 1, orgId: '00D', username: 'u' };
  expect(membersOf(given)).toEqual([{ ...given, name: '', host: '.localhost' }]);
});

test('further orgs have their own users, folders and random numbers', () => {
  const orgs = [{ name: 'Acme' }, { name: 'globex', project: 'q' }];
  const given = { project: 'p', stateDir: 's', seed: 1, orgId: '00D', orgs };
  expect(membersOf(given)).toMatchObject([
    { name: 'acme', host: 'acme.localhost', project: 'p', stateDir: 's', seed: 1, orgId: '00D' },
    { name: 'globex', project: 'q', stateDir: 's/orgs/globex', seed: 2, orgId: undefined },
  ]);
  expect(membersOf(given).map(({ username }) => username)).toEqual([
    undefined,
    'admin@globex.headwater.sandbox',
  ]);
});

test.each([
  [['a', 'A'], 'There are two orgs named "a".'],
  [['under_score'], '"under_score" can\'t be the name of an org: it is no host.'],
  [[''], '"" can\'t be the name of an org: it is no host.'],
  [Array.from({ length: 21 }, (_, i) => `o${i}`), 'One process has at most 20 orgs.'],
])('%o is refused', (names, message) => {
  expect(() => membersOf({ orgs: names.map((name) => ({ name })) })).toThrow(message);
});

test.each([
  ['acme.localhost:8080', 'acme'],
  ['ACME.LOCALHOST', 'acme'],
  ['localhost:8080', undefined],
  ['127.0.0.1:8080', undefined],
  [undefined, undefined],
])('the host %s names %s', (host, name) => {
  expect(nameOf(host)).toBe(name);
});
