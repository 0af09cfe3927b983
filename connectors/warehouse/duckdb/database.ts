import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { AppError, messageOf } from '../../../src/sdk/index.ts';
import type { Settings } from './config.ts';

/**
 * DuckDB's own checkpoints are off. It adds to the log what a commit holds in memory to undo it, whole vectors of
 * 2048 cells: a commit of scattered updates looks like hundreds of megabytes, and each would checkpoint.
 */
const NEVER = '1TB';

/** Which connector of this process has which file open: DuckDB's own lock is per process. */
const owners = new Map<string, string>();

/** An open database file and the connection that writes. */
export class Database implements AsyncDisposable {
  readonly connection: DuckDBConnection;
  readonly #path: string;
  readonly #instance: DuckDBInstance;
  readonly #checkpointBytes: number;

  private constructor(
    path: string,
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    checkpointBytes: number,
  ) {
    this.#checkpointBytes = checkpointBytes;
    this.#path = path;
    this.#instance = instance;
    this.connection = connection;
  }

  /**
   * Opens (or creates) the file for `owner`, alone. Throws a `config` error when another connector or
   * another process holds it, or when it can't be opened.
   */
  static async open(file: string, owner: string, settings: Settings): Promise<Database> {
    const path = resolve(file);
    const other = owners.get(path);
    if (other !== undefined) {
      throw new AppError('config', 'duckdb.in_use', `${file} is open in connector ${other}.`, {
        path: 'duckdb.path',
        suggestion: 'Give each DuckDbSink a file of its own.',
      });
    }
    owners.set(path, owner);
    try {
      const instance = await DuckDBInstance.create(path, { enable_external_access: 'false' });
      const connection = await instance.connect();
      await connection.run(`SET checkpoint_threshold = '${NEVER}'`);
      await connection.run(`SET threads = ${settings.threads}`);
      await connection.run(`SET TimeZone = 'UTC'`);
      return new Database(path, instance, connection, settings.checkpointBytes);
    } catch (error) {
      owners.delete(path);
      throw openError(file, error);
    }
  }

  /** A further connection that sees what is committed. */
  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  /**
   * Checkpoints once the write-ahead log has grown to the threshold, outside of any transaction. Throws a
   * `retriable` error when that can't be written; what was committed is safe in the log.
   */
  async checkpointIfDue(): Promise<void> {
    const log = await stat(`${this.#path}.wal`).catch(() => undefined);
    if (log === undefined || log.size < this.#checkpointBytes) return;
    try {
      await this.connection.run('CHECKPOINT');
    } catch (cause) {
      const text = firstLine(messageOf(cause));
      // Of another connection: the next commit tries again.
      if (text.includes('other')) return;
      throw new AppError('retriable', 'duckdb.io', `Checkpointing DuckDB: ${text}.`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.closeSync();
    this.#instance.closeSync();
    owners.delete(this.#path);
    await Promise.resolve();
  }
}

function openError(file: string, cause: unknown): AppError {
  const text = messageOf(cause);
  const holder = /PID (\d+)/.exec(text)?.[1];
  if (text.includes('Could not set lock')) {
    const by = holder === undefined ? 'another process' : `process ${holder}`;
    return new AppError('config', 'duckdb.locked', `${file} is locked by ${by}.`, {
      path: 'duckdb.path',
      cause,
      suggestion:
        'End that process and restart the task; to read while the task runs, use `headwater query`.',
    });
  }
  return new AppError('config', 'duckdb.open', `${file} can't be opened: ${firstLine(text)}.`, {
    path: 'duckdb.path',
    cause,
    suggestion: 'Check duckdb.path: a file in a folder that is there and may be written to.',
  });
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/\.$/, '') ?? text;
}

/** `name` as an SQL identifier. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
