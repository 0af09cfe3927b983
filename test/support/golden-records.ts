/** What a worker of this version leaves behind, made by its own writers from fixed things: `test/golden/README.md`. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringifyJson } from '../../src/data/exact-json.ts';
import type { RawHeader, RawRecord } from '../../src/data/record.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { AppError } from '../../src/foundation/errors.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { noMetrics } from '../../src/foundation/metrics.ts';
import { ErrorReporter } from '../../src/runtime/dead-letters.ts';
import { errorsConfig } from '../../src/runtime/errors-config.ts';
import { taskMetrics } from '../../src/runtime/task-metrics.ts';
import * as config from '../../src/storage/config-records.ts';
import { openOffsetFile } from '../../src/storage/offset-file.ts';
import { toOffsetRecord } from '../../src/storage/offset-kafka.ts';
import { statusRecord, topicRecord } from '../../src/storage/status-state.ts';
import { MemoryKafka } from './memory-kafka.ts';

/** By connector: what the sources that are built in keep, and the claims of all. */
export const OFFSETS = {
  crm: [
    {
      partition: { channel: '/data/AccountChangeEvent', org: '00D000000000001EAA' },
      offset: { replayId: 'AAAAAAAAB4kAAA==', commitTimestamp: 1_763_978_400_123 },
    },
    {
      partition: { channel: '/event/Order_Event__e', org: '00D000000000001EAA' },
      offset: { startTimestamp: 1_763_978_400_000 },
    },
  ],
  lines: [
    { partition: { filename: '/var/log/ä.log' }, offset: { position: 9_007_199_254_740_991 } },
  ],
  __headwater: [
    { partition: { headwater: 'claims' }, offset: { 'topic.prefix:crm': '00D000000000001EAA' } },
  ],
} as const;

const PROPERTIES = { name: 'crm', 'connector.class': 'SalesforcePubSubSource', 'tasks.max': '2' };
const FAILED: RawRecord = {
  topic: 'crm.Account',
  partition: 2,
  offset: 41n,
  timestamp: 1_763_978_400_123,
  key: Buffer.from('001Hs000012abcdIAA'),
  value: Buffer.from([0, 0, 0, 0, 7, 255]),
  headers: [{ key: 'headwater.op', value: Buffer.from('update') }],
};

export async function goldenFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'offsets.file': await offsetFile(),
    'offsets.jsonl': lines(
      Object.entries(OFFSETS).flatMap(([connector, entries]) =>
        entries.map((entry) => toOffsetRecord('offsets', connector, entry)),
      ),
    ),
    'configs.jsonl': lines([
      config.targetRecord('crm', 'PAUSED'),
      config.connectorRecord('crm', PROPERTIES),
      ...config.taskRecords('crm', [PROPERTIES, { ...PROPERTIES, 'salesforce.channels': 'é' }]),
      config.fencingRecord('crm', 2),
      config.sessionRecord({ key: 'c2VjcmV0', algorithm: 'HmacSHA256', createdAt: 1 }),
      config.restartRecord('crm', { includeTasks: true, onlyFailed: false }),
      config.loggerRecord('herder', 'DEBUG'),
      ...config.removal('gone'),
    ]),
    'statuses.jsonl': lines([
      statusRecord({ connector: 'crm', task: undefined }, status('RUNNING', null)),
      statusRecord(
        { connector: 'crm', task: 1 },
        status('FAILED', 'The org is away.\n    at poll'),
      ),
      topicRecord('crm', 'crm.Account', { task: 1, at: 1_763_978_400_123 }),
      statusRecord({ connector: 'gone', task: 0 }, null),
    ]),
    'dead-letters.jsonl': lines(await deadLetters()),
  };
}

const status = (state: string, trace: string | null): Parameters<typeof statusRecord>[1] => ({
  state,
  trace,
  workerId: '10.0.0.1:8083',
  generation: 7,
  version: '0.1.0',
});

async function offsetFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-golden-'));
  try {
    const path = join(folder, 'offsets');
    await using store = await openOffsetFile(path);
    for (const [connector, entries] of Object.entries(OFFSETS)) {
      await store.write(connector, entries);
    }
    return await readFile(path, 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function deadLetters(): Promise<readonly RawRecord[]> {
  const kafka = new MemoryKafka();
  const errors = errorsConfig(
    {
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'dead',
      'errors.deadletterqueue.context.headers.enable': 'true',
    },
    {},
  );
  await using reporter = new ErrorReporter({
    connector: 'warehouse',
    connectorClass: 'DuckDbSink',
    connectorVersion: '0.1.0',
    task: 0,
    errors,
    kafka,
    log: silentLog,
    metrics: taskMetrics(noMetrics, 'sink', systemClock),
    now: () => 0,
  });
  const options = { path: 'record.AnnualRevenue', suggestion: 'Widen the column.' };
  const error = new AppError('data', 'duckdb.value', 'It is not a number.', options);
  error.stack = 'AppError: It is not a number.\n    at row';
  await reporter.report({ stage: 'put', error, original: FAILED });
  return kafka.records('dead');
}

interface Written {
  readonly key: Uint8Array | string | null;
  readonly value: Uint8Array | string | null;
  readonly headers?: readonly RawHeader[];
}

/** A record a line; text where the bytes are some, else `base64:`. */
function lines(records: readonly Written[]): string {
  return records
    .map(({ key, value, headers = [] }) => {
      const shown = headers.map((header) => [header.key, textOf(header.value)]);
      return `${stringifyJson({ key: textOf(key), value: textOf(value), headers: shown })}\n`;
    })
    .join('');
}

function textOf(bytes: Uint8Array | string | null): string | null {
  if (bytes === null || typeof bytes === 'string') return bytes;
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) && !text.includes('\0')
    ? text
    : `base64:${Buffer.from(bytes).toString('base64')}`;
}

if (import.meta.main) {
  const [folder = ''] = process.argv.slice(2);
  await mkdir(folder);
  for (const [name, text] of Object.entries(await goldenFiles())) {
    await writeFile(join(folder, name), text);
  }
}
