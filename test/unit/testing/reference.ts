/**
 * A source and a sink that keep every clause, over a log and a table in memory, and each with one flaw: for every clause
 * of the standard there is one that breaks it.
 */
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppError,
  type ConfigDef,
  type ConfigKey,
  type PluginDescriptor,
  type Position,
  type Rejection,
  type SinkRecord,
  type SinkTask,
  type SourceBatch,
  type SourcePlugin,
  type SourceRecord,
  type SourceTask,
  type SourceTaskContext,
  type TopicPartition,
} from '../../../src/sdk/index.ts';
import type { World } from '../../../testing/conformance/index.ts';
import { sinkRecord } from '../../../testing/records.ts';

const SECRET = 'open-sesame-7731';
const LOG = { log: 'all' };

const key = (name: string, more: Partial<ConfigKey>): ConfigKey => ({
  name,
  type: 'STRING',
  importance: 'HIGH',
  documentation: `What ${name} is for.`,
  group: 'Reference',
  displayName: name,
  ...more,
});

function configOf(flaw: string): ConfigDef {
  return [
    key('path', {}),
    key('secret', { type: flaw === '5b' ? 'STRING' : 'PASSWORD' }),
    key('batch.size', {
      type: 'INT',
      default: '5',
      documentation: flaw === '5a' ? '' : 'Most records in one batch.',
    }),
  ];
}

export interface Reference {
  readonly plugin: PluginDescriptor;
  readonly makeWorld: () => Promise<World>;
}

/** The folder of one that has a README and a source. */
function folderOf(flaw: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-reference-'));
  const guarantee = flaw === '8' ? 'Somehow.' : 'At least once.';
  const trouble = flaw === '18' ? '' : '## Trouble\nNone.';
  const readme = `# It\n## Configuration\n## Delivery\n${guarantee}\n## Limits\n${trouble}\n`;
  writeFileSync(join(folder, 'README.md'), readme);
  const now = flaw === '16' ? 'Date.now()' : 'clock.now()';
  writeFileSync(join(folder, 'task.js'), `export const at = (clock) => ${now};\n`);
  return folder;
}

const properties = { path: '/good', secret: SECRET, 'batch.size': '5' };
const mistakes = [{ change: { path: '/wrong' }, property: 'path' }];

class Outside {
  events: string[] = [];
  isAway = false;
  rows = new Map<string, string>();
}

function connector(flaw: string, log: (text: string) => void) {
  return (config: { string(name: string): string }) => ({
    plan: async (tasksMax: number) => {
      if (flaw !== '4') return [{}];
      return Array.from({ length: tasksMax }, () => ({ n: 1 as unknown as string }));
    },
    check: async () => {
      if (flaw === '6a') throw new TypeError('undefined is not a function');
      if (flaw === '7') log(`logging in with ${config.string('secret')}`);
      if (config.string('path') !== '/wrong' || flaw === '24') return [];
      return [{ path: flaw === '6b' ? 'secret' : 'path', message: 'There is no such path.' }];
    },
  });
}

/** What both tasks refuse when they are opened. */
function refuse(path: string, flaw: string): void {
  if (path !== '/wrong') return;
  if (flaw === '24') throw new Error('no such path');
  throw new AppError('config', 'path', 'There is no such path.', { path: 'path' });
}

export function referenceSource(flaw = ''): Reference {
  let outside = new Outside();
  const openTask: SourcePlugin['openTask'] = async (config, context) => {
    refuse(config.string('path'), flaw);
    const stored = await context.offsets.read(LOG);
    if (flaw === '15') context.log.warn('Here I am.');
    return new LogTask(outside, context, Number(stored?.['n'] ?? 0), flaw);
  };
  const plugin: PluginDescriptor = {
    class: 'ReferenceSource',
    type: 'source',
    version: '1.0.0',
    config: configOf(flaw),
    load: async () => ({
      create: (config, context) => connector(flaw, (text) => context.log.info(text))(config),
      openTask: flaw === '1' ? (undefined as never) : openTask,
    }),
  };
  return {
    plugin,
    makeWorld: async () => {
      outside = new Outside();
      const folder = folderOf(flaw);
      const here = outside;
      return {
        properties,
        mistakes,
        boundMs: 400,
        folder,
        close: async () => rmSync(folder, { recursive: true }),
        source: {
          produce: async (count) => {
            for (let i = 0; i < count; i += 1) here.events.push(`event ${here.events.length}`);
          },
          spoil: async () => void here.events.push('bad'),
          maxBatch: 5,
          outage: {
            begin: async () => void (here.isAway = true),
            end: async () => void (here.isAway = false),
          },
        },
      };
    },
  };
}

class LogTask implements SourceTask {
  readonly #outside: Outside;
  readonly #context: SourceTaskContext;
  readonly #flaw: string;
  #next: number;
  #closed = false;
  #reported = false;
  #commits = 0;

  constructor(outside: Outside, context: SourceTaskContext, next: number, flaw: string) {
    this.#outside = outside;
    this.#context = context;
    this.#next = next;
    this.#flaw = flaw;
    if (flaw === '23') setInterval(() => undefined, 60_000);
  }

  async poll(signal: AbortSignal): Promise<SourceBatch> {
    if (this.#flaw === '22') return { records: this.#read() };
    while (!signal.aborted) {
      if (!this.#outside.isAway) {
        this.#report(undefined);
        const records = this.#read();
        if (records.length > 0) return { records };
      } else if (this.#flaw !== '14') this.#report('The log is away.');
      await this.#context.clock.sleep(5, signal).catch(() => undefined);
    }
    if (this.#flaw === '20' || this.#flaw === '21') await new Promise(() => undefined);
    return { records: [] };
  }

  async onCommitted(positions: readonly Position[]): Promise<void> {
    this.#commits += positions.length;
    if (this.#flaw === '9c' && this.#commits > 7) throw new Error('committed before');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed && this.#flaw === '19') throw new Error('closed before');
    this.#closed = true;
  }

  #report(reason: string | undefined): void {
    if (this.#reported === (reason !== undefined)) return;
    this.#reported = reason !== undefined;
    this.#context.report(reason);
  }

  #read(): readonly SourceRecord[] {
    const { events } = this.#outside;
    const records: SourceRecord[] = [];
    const most = this.#flaw === '13' ? Infinity : 5;
    while (this.#next < events.length && records.length < most) {
      const value = events[this.#next];
      if (value === 'bad' && this.#flaw !== '10') {
        if (records.length > 0) break;
        throw new AppError('data', 'log.bad', 'Event is unreadable.', { path: 'value' });
      }
      this.#next += 1;
      if (value === 'bad') continue;
      const back = this.#flaw === '9b' && this.#next % 3 === 0 ? 2 : 0;
      const ahead = this.#flaw === '9a' ? 1 : 0;
      records.push({
        topic: 'log',
        key: null,
        value,
        headers: [],
        position: { partition: LOG, offset: { n: this.#next - back + ahead } },
      });
    }
    return records;
  }
}

export function referenceSink(flaw = ''): Reference {
  let outside = new Outside();
  const plugin: PluginDescriptor = {
    class: 'ReferenceSink',
    type: 'sink',
    version: '1.0.0',
    config: configOf(flaw),
    load: async () => ({
      create: (config, context) => connector(flaw, (text) => context.log.info(text))(config),
      openTask: async (config) => {
        refuse(config.string('path'), flaw);
        return new TableTask(outside, flaw);
      },
    }),
  };
  const record = (n: number, more: object, at: Parameters<typeof sinkRecord>[0]): SinkRecord =>
    sinkRecord(at, { key: `k${n}`, value: { n, ...more } });
  return {
    plugin,
    makeWorld: async () => {
      outside = new Outside();
      const here = outside;
      return {
        properties,
        mistakes,
        boundMs: 400,
        sink: {
          record: (n, at) => record(n, {}, at),
          contents: async () => [...here.rows].map((row) => row.join('=')),
          bad: (at) => sinkRecord(at, { key: 'bad', value: 'no struct' }),
          tombstone: (n, at) => sinkRecord(at, { key: `k${n}`, value: null }),
          evolved: (n, at) => record(n, { more: true }, at),
        },
      };
    },
  };
}

class TableTask implements SinkTask {
  readonly batching = { maxRecords: 100, maxWaitMs: 10 };
  readonly #outside: Outside;
  readonly #flaw: string;
  #late: SinkRecord[] = [];
  #written = 0;

  constructor(outside: Outside, flaw: string) {
    this.#outside = outside;
    this.#flaw = flaw;
  }

  async put(batch: readonly SinkRecord[]): Promise<readonly Rejection[]> {
    const rejections: Rejection[] = [];
    for (const record of batch) {
      if (typeof record.value === 'string') {
        const error = new AppError('data', 'table.shape', 'value must be a struct.', {
          path: 'value',
        });
        if (this.#flaw === '11c') throw error;
        rejections.push({ record, error });
      } else if (this.#flaw === '11b' || (this.#flaw === '11d' && record.kafkaPartition === 1)) {
        this.#late.push(record);
      } else this.#write(record);
    }
    return rejections;
  }

  revoke(partitions: readonly TopicPartition[]): Promise<void> {
    void partitions;
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const record of this.#late.splice(0)) this.#write(record);
  }

  #write({ key: name, value, kafkaOffset }: SinkRecord): void {
    this.#written += 1;
    const { rows } = this.#outside;
    if (value === null && this.#flaw === '12a') throw new TypeError('value is null');
    const fields = Object.keys(value ?? {}).length;
    if (fields > 1 && this.#flaw === '12b') throw new AppError('fatal', 'table', 'Another schema.');
    const unique = this.#flaw === '11a' ? `#${this.#written}@${kafkaOffset}` : '';
    if (value === null) rows.delete(String(name));
    else rows.set(`${String(name)}${unique}`, JSON.stringify(value));
  }
}
