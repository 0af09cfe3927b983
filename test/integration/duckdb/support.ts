/** DuckDbSink's task on a file of its own, made anew for each test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { duckDbConfig } from '../../../connectors/warehouse/duckdb/config.ts';
import { openDuckDbTask, type DuckDbSinkTask } from '../../../connectors/warehouse/duckdb/task.ts';
import { Config } from '../../../src/config/config.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { noMetrics } from '../../../src/foundation/metrics.ts';
import {
  systemClock,
  type Rejection,
  type SinkRecord,
  type SinkTaskContext,
} from '../../../src/sdk/index.ts';
import { changeRecord, type ChangeSpec } from '../../support/change.ts';

export const TOPIC = 'org.Account';

export class DuckDbFile {
  #folder = '';
  #task: DuckDbSinkTask | undefined;
  rejected: Rejection[] = [];

  /** Opens and closes it around each test of the file that calls this. */
  static forEachTest(): DuckDbFile {
    const file = new DuckDbFile();
    beforeEach(async () => {
      file.#folder = await mkdtemp(join(tmpdir(), 'headwater-duckdb-'));
      file.rejected = [];
      file.task = await file.open();
    });
    afterEach(async () => {
      await file.close();
      await rm(file.#folder, { recursive: true });
    });
    return file;
  }

  get path(): string {
    return join(this.#folder, 'w.duckdb');
  }

  get task(): DuckDbSinkTask {
    if (this.#task === undefined) throw new Error('no task');
    return this.#task;
  }

  /** In place of the one that was closed. */
  set task(task: DuckDbSinkTask) {
    this.#task = task;
  }

  config(): Config {
    return new Config(duckDbConfig, { 'duckdb.path': this.path });
  }

  context(): SinkTaskContext {
    return {
      connector: 'warehouse',
      task: 0,
      log: silentLog,
      metrics: noMetrics,
      clock: systemClock,
      report: () => undefined,
      topicConfig: () => Promise.resolve(undefined),
      reject: (rejection) => {
        this.rejected.push(rejection);
        return Promise.resolve();
      },
    };
  }

  async open(): Promise<DuckDbSinkTask> {
    const opened = await openDuckDbTask(this.config(), this.context());
    await opened.assign([{ topic: TOPIC, partition: 0 }]);
    return opened;
  }

  async close(): Promise<void> {
    await this.task[Symbol.asyncDispose]();
  }

  async reopen(): Promise<void> {
    await this.close();
    this.task = await this.open();
  }

  async sql(text: string): Promise<readonly (readonly unknown[])[]> {
    const limits = { maxRows: 1000, timeoutMs: 10_000 };
    return (await this.task.query(text, limits, new AbortController().signal)).rows;
  }

  async put(changes: readonly ChangeSpec[], from = 0n): Promise<void> {
    await this.putAsRuntime(changes.map((change, i) => changeRecord(change, from + BigInt(i))));
  }

  /** As the runtime does: each record is prepared before its batch is put. */
  async putAsRuntime(records: readonly SinkRecord[]): Promise<void> {
    await this.task.put(records.map((record) => this.task.prepare(record)));
  }
}
