import type { Config, ConfigDef } from '../../../src/sdk/index.ts';

export const DUCKDB_PATH = 'duckdb.path';
export const BATCH_MAX_RECORDS = 'duckdb.batch.max.records';
export const BATCH_MAX_WAIT_MS = 'duckdb.batch.max.wait.ms';
export const THREADS = 'duckdb.threads';
export const CHECKPOINT_THRESHOLD = 'duckdb.checkpoint.threshold';

/** What the database is opened with. */
export interface Settings {
  /** Size of the write-ahead log at which it is brought into the file. */
  readonly checkpointBytes: number;
  readonly threads: number;
}

export function settingsOf(config: Config): Settings {
  return {
    checkpointBytes: bytesOf(config.string(CHECKPOINT_THRESHOLD)) ?? 0,
    threads: config.number(THREADS),
  };
}

/** A size as DuckDB writes them: powers of 1000, with an `i` of 1024. */
function bytesOf(size: string): number | undefined {
  const [, amount, unit = '', binary] =
    /^(\d+(?:\.\d+)?)\s*([KMGT])?(i)?B$/i.exec(size.trim()) ?? [];
  if (amount === undefined) return undefined;
  const power = ' KMGT'.indexOf(unit.toUpperCase() || ' ');
  return Number(amount) * (binary === undefined ? 1000 : 1024) ** power;
}

export const duckDbConfig: ConfigDef = [
  {
    name: DUCKDB_PATH,
    type: 'STRING',
    importance: 'HIGH',
    documentation:
      'The database file. It is created when missing. One task owns it while it runs; read it meanwhile with `headwater query`.',
    group: 'DuckDB',
    displayName: 'Database file',
    width: 'LONG',
  },
  {
    name: BATCH_MAX_RECORDS,
    type: 'INT',
    default: '25000',
    min: 1,
    max: 1_000_000,
    importance: 'LOW',
    documentation:
      'Most records in one transaction. Larger batches are faster (each one scans the key column once) and hold more memory.',
    group: 'DuckDB',
    displayName: 'Records per transaction',
  },
  {
    name: BATCH_MAX_WAIT_MS,
    type: 'INT',
    default: '100',
    min: 0,
    max: 600_000,
    importance: 'LOW',
    documentation:
      'How long a transaction waits for more records after its first one, in milliseconds.',
    group: 'DuckDB',
    displayName: 'Wait for a batch',
  },
  {
    name: THREADS,
    type: 'INT',
    default: '1',
    min: 1,
    max: 1024,
    importance: 'LOW',
    documentation:
      "How many threads DuckDB uses for one statement. A commit is many small ones: they take a third less CPU on one thread, beside the event loop's. More make large queries faster.",
    group: 'DuckDB',
    displayName: 'Threads',
  },
  {
    name: CHECKPOINT_THRESHOLD,
    type: 'STRING',
    default: '256MB',
    importance: 'LOW',
    documentation:
      'Size of the write-ahead log at which it is brought into the database file. Smaller makes loads slower, larger makes the next start after a kill slower.',
    group: 'DuckDB',
    displayName: 'Checkpoint threshold',
    check: (value) =>
      bytesOf(String(value)) === undefined ? 'must be a size such as 256MB' : undefined,
  },
];
