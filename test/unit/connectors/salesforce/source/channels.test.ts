/** Goal: channels are understood, dealt whole, and each entity fed once; stored positions are checked. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  channelProblem,
  deal,
  overlap,
  parseChannel,
} from '../../../../../connectors/salesforce/source/channels.ts';
import { checkAltered } from '../../../../../connectors/salesforce/source/positions.ts';

describe('names', () => {
  test.each([
    ['/data/AccountChangeEvent', 'change', 'Account'],
    ['/data/Invoice__ChangeEvent', 'change', 'Invoice__c'],
    ['/data/ChangeEvents', 'change', undefined],
    ['/data/Sales__chn', 'change', undefined],
    ['/event/Order_Event__e', 'event', 'Order_Event__e'],
  ])('%s is a %s channel of %s', (topic, kind, entity) => {
    expect(channelProblem(topic)).toBeUndefined();
    expect(parseChannel(topic)).toEqual({ topic, kind, entity });
  });

  test.each([
    ['Account', '/data/AccountChangeEvent'],
    ['Invoice__c', '/data/Invoice__ChangeEvent'],
    ['Order_Event__e', '/event/Order_Event__e'],
  ])('%s suggests %s', (given, suggestion) => {
    expect(channelProblem(given)).toContain(suggestion);
  });

  test('an entity fed twice is refused', () => {
    expect(overlap(['/data/ChangeEvents', '/data/AccountChangeEvent'])).toContain('both carry');
    expect(overlap(['/data/ChangeEvents', '/event/A__e'])).toBeUndefined();
  });
});

test('each channel goes to exactly one task, and no task is idle', () => {
  const channels = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1 });
  fc.assert(
    fc.property(channels, fc.integer({ min: 1, max: 10 }), (topics, tasksMax) => {
      const dealt = deal(topics, tasksMax);
      expect(dealt.flat().toSorted()).toEqual(topics.toSorted());
      expect(dealt).toHaveLength(Math.min(tasksMax, topics.length));
      expect(dealt.every((each) => each.length > 0)).toBe(true);
    }),
  );
});

describe('altered offsets', () => {
  const channels = ['/data/AccountChangeEvent'];
  const partition = { org: '00DHw00001d0sYrMAI', channel: '/data/AccountChangeEvent' };

  test.each([
    [partition, { replayId: 'AAAAAAAXkCkAAA==' }],
    [partition, { replayId: 'AAAAAAAXkCkAAA==', commitTimestamp: 1_700_000_000_000 }],
    [partition, { startTimestamp: 1_700_000_000_000 }],
    [partition, null],
  ])('%j to %j is taken', (given, offset) => {
    expect(() => checkAltered(given, offset, channels)).not.toThrow();
  });

  test.each([
    [partition, { replayId: 1544233 }],
    [partition, { replayId: 'not base64' }],
    [partition, {}],
    [{ ...partition, channel: '/data/CaseChangeEvent' }, null],
    [{ ...partition, org: 'acme' }, null],
    [{ ...partition, more: 1 }, null],
  ])('%j to %j is refused', (given, offset) => {
    expect(() => checkAltered(given, offset, channels)).toThrow(
      expect.objectContaining({ kind: 'config', path: 'offsets' }),
    );
  });
});
