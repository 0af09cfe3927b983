/** Goal: a connector is restarted when a value that its configuration refers to is over and has become another; only then. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvidedValue } from '../../../src/config/providers.ts';
import { AppError } from '../../../src/foundation/errors.ts';
import { Reloads } from '../../../src/herder/reloads.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';

const WRITTEN = { password: '${vault:app:password}', topic: '${vault:app:topic}' };
let clock: ManualClock;
let values: Record<string, ProvidedValue | Error>;
let changed: string[];
let lines: LogLine[];
let asked: number;
let reloads: Reloads;

beforeEach(() => {
  clock = new ManualClock();
  values = { password: { value: 'one', ttlMs: 5_000 }, topic: { value: 't', ttlMs: 60_000 } };
  changed = [];
  lines = [];
  asked = 0;
  const get = async (_path: string, key: string): Promise<ProvidedValue | undefined> => {
    asked += 1;
    const value = values[key];
    if (value instanceof Error) throw value;
    return await Promise.resolve(value);
  };
  reloads = new Reloads({
    providers: new Map([['vault', { get }]]),
    clock,
    log: recordingLog(lines),
    onChanged: (connector) => changed.push(connector),
  });
});

test('a value that is over is looked up again, and nothing happens while it is the same', async () => {
  expect(await reloads.resolve('c', WRITTEN)).toEqual({ password: 'one', topic: 't' });
  await clock.advance(4_999);
  expect(asked).toBe(2);
  await clock.advance(11_000);
  expect([asked, changed]).toEqual([8, []]);
});

test('a value that has become another restarts the connector, once', async () => {
  await reloads.resolve('c', WRITTEN);
  values['password'] = { value: 'two', ttlMs: 5_000 };
  await clock.advance(60_000);
  expect(changed).toEqual(['c']);
  expect(await reloads.resolve('c', WRITTEN)).toMatchObject({ password: 'two' });
  await clock.advance(60_000);
  expect(changed).toEqual(['c']);
  expect(JSON.stringify(lines)).not.toMatch(/one|two/);
});

test('a provider that is away leaves the connector as it is, and is asked again', async () => {
  await reloads.resolve('c', WRITTEN);
  values['password'] = new AppError('retriable', 'vault.away', 'Vault is sealed.');
  await clock.advance(12_000);
  expect(changed).toEqual([]);
  expect(lines.map(({ message }) => message).join()).toMatch(/looked up again.*sealed/);
  values['password'] = { value: 'two', ttlMs: 5_000 };
  await clock.advance(5_000);
  expect(changed).toEqual(['c']);
});

test('what a task is started with later, its siblings get too', async () => {
  await reloads.resolve('c', WRITTEN);
  values['password'] = { value: 'two', ttlMs: 5_000 };
  await reloads.resolve('c', WRITTEN);
  expect(changed).toEqual(['c']);
});

describe('nothing is watched', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['when told so', () => reloads.resolve('c', { ...WRITTEN, 'config.action.reload': 'none' })],
    ['without a life', () => reloads.resolve('c', { plain: 'x', ref: '${vault:app:plain}' })],
    ['when it is gone', async () => (await reloads.resolve('c', WRITTEN), reloads.forget('c'))],
    ['at the end', async () => (await reloads.resolve('c', WRITTEN), reloads[Symbol.dispose]())],
  ])('%s', async (_when, resolve) => {
    values['plain'] = 'y';
    await resolve();
    expect(clock.pending).toBe(0);
  });
});
