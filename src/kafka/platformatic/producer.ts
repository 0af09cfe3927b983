import { initProducerIdV4 } from '@platformatic/kafka';
import type { Clock } from '../../foundation/clock.ts';
import { codecNamed } from '../compression.ts';
import type { KafkaProducer, OutRecord, ProducerOptions } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { kafkaError } from './errors.ts';
import { ProducerIdentity } from './identity.ts';
import { Sender } from './sender.ts';

/** Idempotent, acks=all, one request in flight: order per key survives every retry (Invariant 5). */
export class PlatformaticProducer implements KafkaProducer {
  readonly #cluster: Cluster;
  readonly #sender: Sender;
  #identity: ProducerIdentity | undefined;

  constructor(cluster: Cluster, clock: Clock, options: ProducerOptions) {
    const codec = codecNamed(options.overrides?.['compression.type']);
    this.#cluster = cluster;
    this.#sender = new Sender(cluster, clock, { transactionalId: null, codec });
  }

  async connect(): Promise<this> {
    try {
      this.#identity = await this.#begin();
    } catch (error) {
      await this.#cluster.close();
      throw kafkaError(error, 'Connecting to Kafka');
    }
    return this;
  }

  async send(records: readonly OutRecord[]): Promise<void> {
    try {
      for await (const round of this.#sender.rounds(records)) {
        this.#identity ??= await this.#begin();
        await this.#sender.deliver(round, this.#identity);
      }
    } catch (error) {
      // What was written isn't known: under the same numbers the next batch might be taken for this one.
      this.#identity = undefined;
      const topics = [...new Set(records.map(({ topic }) => topic))].join(', ');
      throw kafkaError(error, `Writing to ${topics}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.close();
  }

  async #begin(): Promise<ProducerIdentity> {
    const { producerId, producerEpoch } = await this.#cluster.retry(() =>
      this.#cluster.call(undefined, initProducerIdV4.api, null, 0, -1n, -1),
    );
    return new ProducerIdentity(producerId, producerEpoch);
  }
}
