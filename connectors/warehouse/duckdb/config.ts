import type { ConfigDef } from '../../../src/sdk/index.ts';

export const DUCKDB_PATH = 'duckdb.path';
export const BATCH_MAX_RECORDS = 'duckdb.batch.max.records';
export const BATCH_MAX_WAIT_MS = 'duckdb.batch.max.wait.ms';
export const CHECKPOINT_THRESHOLD = 'duckdb.checkpoint.threshold';

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
    default: '50000',
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
    name: CHECKPOINT_THRESHOLD,
    type: 'STRING',
    default: '256MB',
    importance: 'LOW',
    documentation:
      "Size of the write-ahead log at which DuckDB checkpoints. DuckDB's own 16MB makes loads about five times slower.",
    group: 'DuckDB',
    displayName: 'Checkpoint threshold',
    check: (value) =>
      /^\d+(\.\d+)?\s*([KMGT]i?)?B$/i.test(String(value))
        ? undefined
        : 'must be a size such as 256MB',
  },
];
