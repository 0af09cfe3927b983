import type { Metrics } from '../../../src/sdk/index.ts';

type Counter = ReturnType<Metrics['counter']>;

export function sinkCounters(metrics: Metrics): {
  readonly echoes: Counter;
  readonly written: Counter;
} {
  return {
    echoes: metrics.counter(
      'headwater_salesforce_sink_echoes_total',
      "Records dropped as this sink's own writes coming back.",
    ),
    written: metrics.counter(
      'headwater_salesforce_sink_writes_total',
      'Records written to Salesforce.',
    ),
  };
}
