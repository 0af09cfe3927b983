/** A SalesforceSink task against a sandbox, without a Kafka: records are handed to it. */
import { sinkConfig } from '../../connectors/salesforce/sink/config.ts';
import { salesforceSinkPlugin } from '../../connectors/salesforce/sink/plugin.ts';
import type { Sandbox, Transaction } from '../../sandbox/index.ts';
import { Config } from '../../src/config/config.ts';
import { silentLog, type Log } from '../../src/foundation/log.ts';
import { noMetrics, type Metrics } from '../../src/foundation/metrics.ts';
import {
  systemClock,
  type Clock,
  type SinkTask,
  type SinkTaskContext,
} from '../../src/sdk/index.ts';

export interface SinkHarness {
  readonly context: SinkTaskContext;
  readonly warnings: string[];
  readonly counts: Map<string, number>;
  /** Waits the task asked for, in ms; they take no time unless `realTime`. */
  readonly waits: number[];
}

export function sinkHarness({ realTime = false } = {}): SinkHarness {
  const warnings: string[] = [];
  const counts = new Map<string, number>();
  const waits: number[] = [];
  const log: Log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const metrics: Metrics = {
    ...noMetrics,
    counter: (name) => ({
      add: (value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
    }),
  };
  const clock: Clock = {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    timer: (ms, run) => systemClock.timer(ms, run),
    sleep: (ms, signal) => {
      waits.push(ms);
      return realTime ? systemClock.sleep(ms, signal) : Promise.resolve();
    },
  };
  const context: SinkTaskContext = {
    connector: 'crm',
    task: 0,
    log,
    metrics,
    clock,
    topicConfig: () => Promise.resolve(undefined),
    report: () => undefined,
    reject: () => Promise.reject(new Error('offsets are the log’s: nothing is rejected here')),
  };
  return { context, warnings, counts, waits };
}

/** Upserts accounts by `Ext__c`, an external id of the test's, from the record's Id. */
export function sinkOf(sandbox: Sandbox, more: Record<string, string> = {}): Config {
  return new Config(sinkConfig, {
    'salesforce.instance': sandbox.http,
    'salesforce.grant.type': 'CLIENT_CREDENTIALS',
    'salesforce.consumer.key': sandbox.clientId,
    'salesforce.consumer.secret': sandbox.clientSecret,
    'salesforce.pubsub.endpoint': `http://${sandbox.pubsubPlain}`,
    'salesforce.object': 'Account',
    'salesforce.custom.id.field.name': 'Ext__c',
    fields: 'Id:Ext__c,Name,Phone,Founded:Founded__c,AnnualRevenue',
    ...more,
  });
}

export function openSink(config: Config, { context }: SinkHarness): Promise<SinkTask> {
  return salesforceSinkPlugin.openTask(config, context, AbortSignal.timeout(30_000));
}

/** The control API; fails where it refuses. */
export async function control(
  sandbox: Sandbox,
  method: string,
  path: string,
  body: object,
): Promise<void> {
  const response = await fetch(`${sandbox.http}/__sandbox/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
}

/** What is committed from now on. */
export class Commits implements Disposable {
  readonly all: Transaction[] = [];
  readonly #listening: Disposable;

  constructor(sandbox: Sandbox) {
    this.#listening = sandbox.org.onCommit((transaction) => void this.all.push(transaction));
  }

  get origins(): readonly string[] {
    return [...new Set(this.all.map(({ origin }) => origin))];
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}
