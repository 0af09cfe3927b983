/** The bytes of Connect's group protocol: those that a JVM worker was seen to send, and any others there and back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeAssignment,
  decodeMemberState,
  encodeAssignment,
  encodeMemberState,
  type Assignment,
} from '../../../../src/herder/distributed/protocol.ts';
import { INSTANCE, Work } from '../../../../src/herder/distributed/work.ts';

const work = fc
  .array(fc.record({ connector: fc.string(), task: fc.integer({ min: INSTANCE, max: 99 }) }))
  .map((units) => new Work(units.toSorted((a, b) => (a.connector < b.connector ? -1 : 1))));
const assignment: fc.Arbitrary<Assignment> = fc.record({
  isMismatch: fc.boolean(),
  leader: fc.string(),
  leaderUrl: fc.webUrl(),
  configOffset: fc.bigInt({ min: -1n, max: 2n ** 62n }),
  assigned: work,
  revoked: work,
  delayMs: fc.nat(),
});
const plain = ({ assigned, revoked, ...rest }: Assignment): object => ({
  ...rest,
  assigned: new Set([...assigned].map((unit) => JSON.stringify(unit))),
  revoked: new Set([...revoked].map((unit) => JSON.stringify(unit))),
});

describe('the group protocol', () => {
  test('a member state is laid out as Connect lays it out', () => {
    const bytes = encodeMemberState({
      url: 'http://a:1/',
      configOffset: 68n,
      assignment: undefined,
    });
    const expected = ['0002', '000b', Buffer.from('http://a:1/').toString('hex')];
    expect(bytes.toString('hex')).toBe([...expected, '0000000000000044', 'ffffffff'].join(''));
  });

  test('an assignment is laid out as Connect lays it out', () => {
    const bytes = encodeAssignment({
      isMismatch: false,
      leader: 'm',
      leaderUrl: 'u',
      configOffset: 5n,
      assigned: new Work([
        { connector: 'c', task: INSTANCE },
        { connector: 'c', task: 0 },
      ]),
      revoked: new Work(),
      delayMs: 7,
    });
    const connector = ['0001', '63', '00000002', 'ffffffff', '00000000'].join('');
    expect(bytes.toString('hex')).toBe(
      [
        '0002',
        '0000',
        '00016d',
        '000175',
        '0000000000000005',
        '00000001',
        connector,
        '00000000',
        '00000007',
      ].join(''),
    );
  });

  test('any assignment and any member state come back as they were', () => {
    fc.assert(
      fc.property(assignment, fc.string(), (given, url) => {
        expect(plain(decodeAssignment(encodeAssignment(given)))).toEqual(plain(given));
        const state = { url, configOffset: 3n, assignment: given };
        const decoded = decodeMemberState(encodeMemberState(state));
        expect(decoded.url).toBe(url);
        expect(plain(decoded.assignment ?? expect.fail('lost'))).toEqual(plain(given));
      }),
    );
  });

  test('bytes that end too early are refused, whatever they are', () => {
    fc.assert(
      fc.property(assignment, fc.nat(), (given, cut) => {
        const bytes = encodeAssignment(given);
        const short = bytes.subarray(0, cut % bytes.length);
        expect(() => decodeAssignment(short)).toThrow('bytes that end too early');
      }),
    );
  });
});
