import { StatementType, type DuckDBValue } from '@duckdb/node-api';
import {
  AppError,
  messageOf,
  type Clock,
  type QueryLimits,
  type QueryResult,
} from '../../../src/sdk/index.ts';
import { firstLine, type Database } from './database.ts';

/**
 * One SELECT over what is committed, on a connection of its own. DuckDB itself says what kind of
 * statement it is; files, extensions and other databases are out of reach.
 */
export async function runQuery(
  database: Database,
  sql: string,
  limits: QueryLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<QueryResult> {
  const connection = await database.connect();
  let timedOut = false;
  const interrupt = (): void => connection.interrupt();
  using _timer = clock.timer(limits.timeoutMs, () => {
    timedOut = true;
    interrupt();
  });
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw refused('One statement at a time.');
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== StatementType.SELECT) throw refused('Only SELECT is allowed.');
    // Not by `prepared`: DuckDB 1.5.5 gives wrong texts where a prepared query with ORDER BY runs beside a commit.
    const result = await connection.run(sql);
    const columns = result
      .columnNames()
      .map((name, i) => ({ name, type: result.columnType(i).toString() }));
    const rows: (readonly unknown[])[] = [];
    while (rows.length <= limits.maxRows) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      rows.push(...chunk.getRows().map((row) => row.map(jsonSafe)));
    }
    const truncated = rows.length > limits.maxRows;
    return { columns, rows: rows.slice(0, limits.maxRows), truncated };
  } catch (error) {
    if (timedOut) {
      throw new AppError(
        'config',
        'query.timeout',
        `The query took longer than ${limits.timeoutMs} ms and was ended.`,
        { cause: error },
      );
    }
    if (error instanceof AppError) throw error;
    throw new AppError('config', 'query.invalid', firstLine(messageOf(error)), { cause: error });
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
  }
}

function refused(message: string): AppError {
  return new AppError('config', 'query.refused', message, {
    path: 'sql',
    suggestion: 'The task owns the file; write to it through its topics.',
  });
}

/** Integers beyond 2^53 as strings; dates, decimals and what else has no JSON form as DuckDB prints it. */
function jsonSafe(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  return value !== null && typeof value === 'object' ? String(value) : value;
}
