import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  AppError,
  explain,
  type Config,
  type ConnectorContext,
  type Finding,
  type SinkConnector,
  type TaskConfig,
  type TopicPartition,
} from '../../../src/sdk/index.ts';
import { DUCKDB_PATH, settingsOf } from './config.ts';
import { Database } from './database.ts';
import { OffsetTable } from './offsets.ts';

/** One task owns the file, whatever `tasks.max` says. */
export class DuckDbConnector implements SinkConnector {
  readonly #config: Config;
  readonly #context: ConnectorContext;

  constructor(config: Config, context: ConnectorContext) {
    this.#config = config;
    this.#context = context;
  }

  async check(): Promise<readonly Finding[]> {
    const folder = dirname(resolve(this.#config.string(DUCKDB_PATH)));
    try {
      await access(folder, constants.W_OK);
      return [];
    } catch {
      return [
        { path: DUCKDB_PATH, message: `The folder ${folder} isn't there or isn't writable.` },
      ];
    }
  }

  plan(): Promise<readonly TaskConfig[]> {
    return Promise.resolve([{}]);
  }

  /** Rewrites the offsets in the file; the connector is stopped, so the file is free. */
  async alterOffsets(
    offsets: readonly (TopicPartition & { offset: bigint | null })[],
  ): Promise<boolean> {
    await this.#change(async (table) => {
      for (const { offset, ...partition } of offsets) await table.alter(partition, offset);
    });
    return true;
  }

  /** What the group has forgotten, or never committed, is in the file all the same. */
  async resetOffsets(): Promise<void> {
    await this.#change(async (table) => {
      for (const partition of await table.all()) await table.alter(partition, null);
    });
  }

  async #change(change: (table: OffsetTable) => Promise<void>): Promise<void> {
    const file = this.#config.string(DUCKDB_PATH);
    try {
      await using database = await Database.open(
        file,
        this.#context.connector,
        settingsOf(this.#config),
      );
      const table = await OffsetTable.open(database.connection, this.#context.connector);
      await database.connection.run('BEGIN');
      await change(table);
      await database.connection.run('COMMIT');
    } catch (error) {
      throw new AppError(
        'config',
        'duckdb.offsets',
        `Altering offsets in ${file}: ${explain(error)}`,
        {
          cause: error,
          path: DUCKDB_PATH,
        },
      );
    }
  }
}
