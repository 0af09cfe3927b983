import kafkajs, { type ICustomPartitioner } from './kafkajs.ts';

/**
 * The JVM clients' murmur2 for keys, round robin without; what was picked is written into the message.
 * kafkajs partitions a batch anew on each retry, and leaves out brokers that have answered: a record
 * without a key could move to one of those and never be sent.
 */
export const stickyPartitioner: ICustomPartitioner = () => {
  const pick = kafkajs.Partitioners.DefaultPartitioner();
  return (args) => (args.message.partition ??= pick(args));
};
