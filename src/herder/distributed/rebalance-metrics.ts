/** How the group rebalances, as this worker sees it: Connect's `connect-worker-rebalance-metrics`. */
import type { Clock } from '../../foundation/clock.ts';
import type { Metrics, Sample } from '../../foundation/metrics.ts';
import type { Round } from './membership.ts';
import { PROTOCOL } from './protocol.ts';

const PREFIX = 'kafka_connect_connect_worker_rebalance_metrics_';

export class RebalanceMetrics {
  readonly #clock: Clock;
  #begunAt: number | undefined;
  #endedAt: number | undefined;
  #completed = 0;
  #sumMs = 0;
  #maxMs = 0;
  #epoch = 0;
  #leaderUrl: string | undefined;

  constructor(metrics: Metrics, clock: Clock) {
    this.#clock = clock;
    const gauge = (name: string, help: string, read: () => number): void =>
      void metrics.observedGauge(`${PREFIX}${name}`, help, {}, read);
    const info = (name: string, help: string, read: () => string | undefined): void =>
      void metrics.observedGauges(`${PREFIX}${name}_info`, help, [name], () =>
        saying(name, read()),
      );
    info('leader_name', 'Where the leader of the group answers.', () => this.#leaderUrl);
    info('connect_protocol', 'The protocol of the group.', () => PROTOCOL);
    gauge('epoch', 'The generation of the group.', () => this.#epoch);
    gauge('completed_rebalances_total', 'Rebalances of the group.', () => this.#completed);
    gauge('rebalancing', '1 while this worker joins.', () => (this.#begunAt === undefined ? 0 : 1));
    gauge('rebalance_avg_time_ms', 'How long a rebalance takes.', () =>
      this.#completed === 0 ? Number.NaN : this.#sumMs / this.#completed,
    );
    gauge('rebalance_max_time_ms', 'The longest rebalance.', () =>
      this.#completed === 0 ? Number.NaN : this.#maxMs,
    );
    gauge('time_since_last_rebalance_ms', 'Since the last rebalance ended.', () =>
      this.#endedAt === undefined ? Number.NaN : clock.monotonic() - this.#endedAt,
    );
  }

  /** The worker joins; what was begun before and came to nothing is the same rebalance. */
  begun(): void {
    this.#begunAt ??= this.#clock.monotonic();
  }

  ended({ generation }: Round, leaderUrl: string): void {
    const now = this.#clock.monotonic();
    const took = now - (this.#begunAt ?? now);
    this.#begunAt = undefined;
    this.#endedAt = now;
    this.#completed += 1;
    this.#sumMs += took;
    this.#maxMs = Math.max(this.#maxMs, took);
    this.#epoch = generation;
    this.#leaderUrl = leaderUrl;
  }
}

function saying(name: string, value: string | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: { [name]: value }, value: 1 }];
}
