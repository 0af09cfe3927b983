import { describe, expect, test } from 'vitest';
import { ManagedSubscriptions } from '../../../../sandbox/salesforce/events/managed-subscriptions.ts';
import type { NewManagedSubscription } from '../../../../sandbox/salesforce/events/managed-subscriptions.ts';

const TOPIC = '/data/AccountChangeEvent';
const make = (): ManagedSubscriptions => new ManagedSubscriptions((topic) => topic === TOPIC);
const sync: NewManagedSubscription = { developerName: 'Nightly_Sync', topicName: TOPIC };

test('a record is found by both forms of its id, and by its name in any case', () => {
  const records = make();
  const record = records.create(sync);
  expect(record).toMatchObject({
    label: 'Nightly_Sync',
    defaultReplay: 'LATEST',
    errorRecoveryReplay: 'LATEST',
    state: 'RUN',
  });
  expect(record.id).toMatch(/^18x\w{15}$/);
  expect(records.byId(record.id)).toBe(record);
  expect(records.byId(record.id.slice(0, 15))).toBe(record);
  expect(records.byDeveloperName('nightly_sync')).toBe(record);
  expect(records.list()).toEqual([record]);
});

describe('creating refuses', () => {
  test.each<[string, Partial<NewManagedSubscription>, string]>([
    ['a name with two underscores', { developerName: 'A__b' }, 'INVALID_INPUT'],
    ['a name that is taken', { developerName: 'TAKEN' }, 'DUPLICATE_DEVELOPER_NAME'],
    ['a topic there is not', { topicName: '/data/X' }, 'INVALID_INPUT'],
    ['the state PAUSE', { state: 'PAUSE' as 'RUN' }, 'INVALID_INPUT'],
    ['a replay of CUSTOM', { defaultReplay: 'CUSTOM' as 'LATEST' }, 'INVALID_INPUT'],
  ])('%s', (_what, changes, errorCode) => {
    const records = make();
    records.create({ ...sync, developerName: 'Taken' });
    expect(() => records.create({ ...sync, ...changes })).toThrow(
      expect.objectContaining({ errorCode }),
    );
    expect(records.list()).toHaveLength(1);
  });

  test('more than 200', () => {
    const records = make();
    for (let i = 0; i < 200; i++) records.create({ ...sync, developerName: `S${i}` });
    expect(() => records.create(sync)).toThrow(
      expect.objectContaining({ errorCode: 'LIMIT_EXCEEDED' }),
    );
  });
});

test('stopping and deleting forget the position and tell listeners; so does nothing else', () => {
  const records = make();
  const told: string[] = [];
  records.onChange((id) => told.push(id));
  const { id } = records.create(sync);
  records.commit(id, 7);
  records.update(id, { label: 'Nightly' });
  expect(records.committed(id)).toBe(7);
  records.update(id, { state: 'STOP' });
  expect(records.committed(id)).toBeUndefined();
  records.delete(id);
  expect(told).toEqual([id, id, id]);
  expect(() => records.update(id, {})).toThrow(expect.objectContaining({ httpStatus: 404 }));
});
