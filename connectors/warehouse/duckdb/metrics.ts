import type { Metrics } from '../../../src/sdk/index.ts';

export function duckDbCounters(metrics: Metrics): {
  readonly partialRows: ReturnType<Metrics['counter']>;
} {
  return {
    partialRows: metrics.counter(
      'headwater_duckdb_partial_rows_total',
      'Rows inserted from an update of a record that was not in the table.',
    ),
  };
}
