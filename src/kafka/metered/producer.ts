import type { Measures } from '../../foundation/measures.ts';
import type { Counter, Gauge } from '../../foundation/metrics.ts';
import type { KafkaProducer, OutRecord, TransactionalProducer } from '../port.ts';
import { bytesOf } from './bytes.ts';
import { overriding } from '../../foundation/overriding.ts';

const PRODUCER = 'kafka_producer_producer_metrics_';

export function meteredProducer(producer: KafkaProducer, client: Measures): KafkaProducer {
  const sends = new Sends(client);
  return overriding(producer, {
    send: (records) => sends.measure(records, () => producer.send(records)),
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
      await producer[Symbol.asyncDispose]();
    },
  });
}

export function meteredTransactions(
  producer: TransactionalProducer,
  client: Measures,
): TransactionalProducer {
  const sends = new Sends(client);
  const timed = (what: 'init' | 'commit' | 'abort'): (() => Promise<void>) => {
    const help = `Time spent in a transaction's ${what}, ns.`;
    const spent = client.metrics.counter(`${PRODUCER}txn_${what}_time_ns_total`, help);
    return () =>
      client.timed(
        (ms) => spent.add(ms * 1e6),
        () => producer[what](),
      );
  };
  return overriding(producer, {
    init: timed('init'),
    commit: timed('commit'),
    abort: timed('abort'),
    send: (records) => sends.measure(records, () => producer.send(records)),
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
      await producer[Symbol.asyncDispose]();
    },
  });
}

/** A request is one call of `send`: the client may split it by broker. */
class Sends {
  readonly #client: Measures;
  readonly #sent: Counter;
  readonly #failed: Counter;
  readonly #bytes: Counter;
  readonly #requests: Counter;
  readonly #latency: Gauge;
  readonly #perRequest;
  #inFlight = 0;

  constructor(client: Measures) {
    this.#client = client;
    this.#sent = client.counted(`${PRODUCER}record_send`, 'Records sent and acknowledged');
    this.#failed = client.counted(`${PRODUCER}record_error`, 'Records of sends that failed');
    this.#bytes = client.counted(
      `${PRODUCER}outgoing_byte`,
      'Bytes of keys, values and headers sent, before compression',
    );
    this.#requests = client.counted(`${PRODUCER}request`, 'Sends');
    this.#latency = client.averaged(
      [`${PRODUCER}request_latency_avg`, `${PRODUCER}request_latency_max`],
      'Time of one send, ms',
    );
    const perRequest = client.sampled();
    this.#perRequest = perRequest;
    client.gauge(`${PRODUCER}records_per_request_avg`, 'Records of one send.', () =>
      perRequest.average(),
    );
    client.gauge(`${PRODUCER}requests_in_flight`, 'Sends not yet answered.', () => this.#inFlight);
  }

  async measure(records: readonly OutRecord[], send: () => Promise<void>): Promise<void> {
    this.#requests.add();
    this.#perRequest.record(records.length);
    this.#bytes.add(bytesOf(records));
    this.#inFlight += 1;
    try {
      await this.#client.timed((ms) => this.#latency.set(ms), send);
      this.#sent.add(records.length);
    } catch (error) {
      this.#failed.add(records.length);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }
}
