/**
 * Measures metrics in Kafka's names, whichever client is behind the port. What only a client's network layer could tell
 * (connections, I/O times, throttling) isn't there.
 */
import type { Clock } from '../../foundation/clock.ts';
import { Measures } from '../../foundation/measures.ts';
import type { Metrics } from '../../foundation/metrics.ts';
import type { GroupKafka } from '../port.ts';
import { meteredAdmin } from './admin.ts';
import { meteredConsumer, meteredOptions } from './consumer.ts';
import { overriding } from '../../foundation/overriding.ts';
import { meteredProducer, meteredTransactions } from './producer.ts';

/** `clientId`: how the admin client names itself. */
export function metered(
  kafka: GroupKafka,
  metrics: Metrics,
  clock: Clock,
  clientId: string,
): GroupKafka {
  const client = (id: string): Measures => new Measures(metrics.with({ client_id: id }), clock);
  return overriding(kafka, {
    admin: meteredAdmin(kafka.admin, client(clientId)),
    producer: async (options) =>
      meteredProducer(await kafka.producer(options), client(options.clientId)),
    transactionalProducer: (options) =>
      meteredTransactions(kafka.transactionalProducer(options), client(options.clientId)),
    consumer: async (options) => {
      const own = client(options.clientId);
      const { heard, callbacks } = meteredOptions(options, own);
      try {
        return meteredConsumer(await kafka.consumer({ ...options, ...callbacks }), own, heard);
      } catch (error) {
        own[Symbol.dispose]();
        throw error;
      }
    },
  });
}
