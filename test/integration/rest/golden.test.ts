import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStreamSink, fileStreamSource } from '../../../connectors/file/index.ts';
import { startWorker, type Worker } from '../../../src/cli/worker/start.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { createPinoLog } from '../../../src/foundation/pino.ts';
import { Redactor } from '../../../src/foundation/redact.ts';
import { goldenExchanges, type Exchange } from '../../support/golden-rest.ts';
import { DIFFERENCES, REFUSED_CONNECTORS } from './differences.ts';

const exchanges = goldenExchanges();
const folder = mkdtempSync(join(tmpdir(), 'headwater-rest-'));
const run = randomUUID().slice(0, 8);
/** How long a state may take to become what was recorded. */
const SETTLE_MS = 8_000;
const TEST_MS = 20_000;

describe.skipIf(exchanges.length === 0)('the REST API answers as a Connect worker did', () => {
  let worker: Worker;

  beforeAll(async () => {
    writeFileSync(join(folder, 'src.txt'), '');
    worker = await startWorker({
      properties: {
        'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '',
        listeners: 'http://127.0.0.1:0',
        'offset.storage.file.filename': join(folder, 'offsets'),
      },
      connectors: [],
      plugins: [fileStreamSource, fileStreamSink],
      version: '4.3.1',
      clock: systemClock,
      log: silentLog,
      levels: createPinoLog({ level: 'INFO', redact: (line) => line, now: () => 0 }).levels,
      redactor: new Redactor(),
    });
  });

  afterAll(async () => {
    await worker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const exchange of exchanges) {
    const why = DIFFERENCES[exchange.name];
    test(
      `${exchange.name}${why === undefined ? '' : `, but: ${why}`}`,
      async () => {
        const recorded = normal(exchange.status, exchange.answer);
        const answered = await settle(exchange, why === undefined ? SETTLE_MS : 0, recorded);
        if (why === undefined) expect(answered).toEqual(recorded);
        else expect(answered, 'is no difference any more').not.toEqual(recorded);
      },
      TEST_MS,
    );
  }

  /** States change a moment after the answer: a GET is asked again until it says what was recorded. */
  async function settle(exchange: Exchange, ms: number, recorded: unknown): Promise<unknown> {
    const end = performance.now() + ms;
    for (;;) {
      const answered = await send(exchange);
      const done =
        exchange.method !== 'GET' || JSON.stringify(answered) === JSON.stringify(recorded);
      if (done || performance.now() > end) return answered;
      await systemClock.sleep(50);
    }
  }

  async function send(exchange: Exchange): Promise<unknown> {
    const response = await fetch(worker.url + ours(exchange.path), {
      method: exchange.method,
      headers: exchange.headers,
      ...(exchange.body === undefined ? {} : { body: ours(exchange.body) }),
    });
    return normal(response.status, theirs(await response.text()));
  }

  function ours(text: string): string {
    return text.replaceAll('/data/', `${folder}/`).replaceAll('golden-', `golden-${run}-`);
  }

  function theirs(text: string): string {
    const { host } = new URL(worker.url);
    return text
      .replaceAll(host, '127.0.0.1:8083')
      .replaceAll(`${folder}/`, '/data/')
      .replaceAll(`golden-${run}-`, 'golden-');
  }
});

test('every difference is told in docs/connect-parity.md', () => {
  const parity = readFileSync(join(import.meta.dirname, '../../../docs/connect-parity.md'), 'utf8');
  const untold = Object.keys(DIFFERENCES).filter((name) => !parity.includes(name.slice(0, 3)));
  expect(untold).toEqual([]);
});

/** What any two workers differ in: ids, times, stack traces, the order of properties. */
function normal(status: number, text: string): unknown {
  try {
    return { status, body: JSON.parse(text, normalValue) as unknown };
  } catch {
    return { status, body: text };
  }
}

function normalValue(key: string, value: unknown): unknown {
  if (key === 'kafka_cluster_id' || key === 'commit' || key === 'trace') return typeof value;
  if (key === 'last_modified' && value !== null) return typeof value;
  if (key === '' && Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.filter((name) => !REFUSED_CONNECTORS.includes(name)).toSorted();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !REFUSED_CONNECTORS.includes(name));
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
