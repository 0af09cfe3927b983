/**
 * Goal: what former versions wrote loads, and this one writes what it is known to write.
 * Method: `test/golden/`, files that are never edited.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { letterOf } from '../../../src/cli/dlq/letters.ts';
import type { RawRecord } from '../../../src/data/record.ts';
import { ConfigState } from '../../../src/storage/config-state.ts';
import { openOffsetFile } from '../../../src/storage/offset-file.ts';
import { openOffsetTopic } from '../../../src/storage/offset-kafka.ts';
import type { OffsetStore } from '../../../src/storage/offset-store.ts';
import { StatusState } from '../../../src/storage/status-state.ts';
import { goldenFiles } from '../../support/golden-records.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';

const CURRENT = '0.1.0';
const FOLDER = join(import.meta.dirname, '../../golden');

interface Line {
  readonly key: string;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string])[];
}

function linesOf(version: string, file: string): readonly Line[] {
  const text = readFileSync(join(FOLDER, version, file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function bytes(text: string | null): Buffer | null {
  if (text === null) return null;
  return text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : Buffer.from(text);
}

const recordOf = ({ key, value, headers }: Line): RawRecord => ({
  topic: 'golden',
  partition: 0,
  offset: 0n,
  timestamp: 0,
  key: bytes(key),
  value: bytes(value),
  headers: headers.map(([name, text]) => ({ key: name, value: bytes(text) })),
});

async function expectOffsets(store: OffsetStore): Promise<void> {
  expect(await store.read('crm')).toMatchObject([
    {
      partition: { channel: '/data/AccountChangeEvent', org: '00D000000000001EAA' },
      offset: { replayId: 'AAAAAAAAB4kAAA==', commitTimestamp: 1_763_978_400_123 },
    },
    { offset: { startTimestamp: 1_763_978_400_000 } },
  ]);
  expect(await store.read('lines')).toMatchObject([{ partition: { filename: '/var/log/ä.log' } }]);
  expect(await store.read('__headwater')).toMatchObject([
    { offset: { 'topic.prefix:crm': '00D000000000001EAA' } },
  ]);
}

describe.each(['0.1', CURRENT])('what version %s wrote', (version) => {
  it('is an offset file that loads, and stays the same when the same is written again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-golden-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'offsets');
    cpSync(join(FOLDER, version, 'offsets.file'), path);
    const before = readFileSync(path);
    await using store = await openOffsetFile(path);
    await expectOffsets(store);
    await store.write('crm', await store.read('crm'));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is an offset topic that loads', async () => {
    const kafka = new MemoryKafka();
    kafka.addTopic('offsets');
    for (const line of linesOf(version, 'offsets.jsonl')) {
      kafka.append({ ...recordOf(line), topic: 'offsets', partition: 0 });
    }
    kafka.admin.topicConfig = () => Promise.resolve({ 'cleanup.policy': 'compact' });
    const options = { topic: 'offsets', partitions: 1, replicationFactor: 1 };
    await using store = await openOffsetTopic(kafka, options, new AbortController().signal);
    await expectOffsets(store);
  });

  it('is dead letters that can be chosen and redriven', () => {
    const letters = linesOf(version, 'dead-letters.jsonl').map((line) => letterOf(recordOf(line)));
    expect(letters).toMatchObject([
      {
        failed: { topic: 'crm.Account', partition: 2, offset: 41n },
        connector: 'warehouse',
        stage: 'TASK_PUT',
        code: 'duckdb.value',
        path: 'record.AnnualRevenue',
      },
    ]);
    expect(letters[0]?.record.value).toEqual(Buffer.from([0, 0, 0, 0, 7, 255]));
  });

  it.runIf(existsSync(join(FOLDER, version, 'configs.jsonl')))(
    'is configurations and statuses that load',
    () => {
      const configs = new ConfigState();
      const changes = linesOf(version, 'configs.jsonl').map(({ key, value }) =>
        configs.apply(key, value),
      );
      expect(changes.map(({ kind }) => kind)).not.toContain('ignored');
      expect(configs.connectors()).toEqual(['crm']);
      expect(configs.target('crm')).toBe('PAUSED');
      expect(configs.tasks('crm').map((task) => task['salesforce.channels'])).toEqual([
        undefined,
        'é',
      ]);
      expect(configs.fencedTasks('crm')).toBe(2);
      const statuses = new StatusState();
      for (const { key, value } of linesOf(version, 'statuses.jsonl')) statuses.apply(key, value);
      expect(statuses.get({ connector: 'crm', task: 1 })).toMatchObject({
        state: 'FAILED',
        trace: 'The org is away.\n    at poll',
      });
      expect(statuses.topics('crm')).toEqual(['crm.Account']);
    },
  );
});

it(`this version writes the bytes of ${CURRENT}`, async () => {
  for (const [name, text] of Object.entries(await goldenFiles())) {
    expect(text, name).toBe(readFileSync(join(FOLDER, CURRENT, name), 'utf8'));
  }
});
