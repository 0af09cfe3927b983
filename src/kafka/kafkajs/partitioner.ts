import kafkajs, { type ICustomPartitioner } from './kafkajs.ts';
import { murmur2 } from '../murmur2.ts';

/**
 * As the JVM's clients: by a key's murmur2, round robin without a key. What was picked is written into the message: kafkajs
 * partitions a batch anew on each retry, and leaves out brokers that have answered: a record without a key could move to
 * one of those and never be sent.
 */
export const stickyPartitioner: ICustomPartitioner = () => {
  const roundRobin = kafkajs.Partitioners.DefaultPartitioner();
  return (args) => {
    const { message, partitionMetadata } = args;
    const { key } = message;
    return (message.partition ??= Buffer.isBuffer(key)
      ? (murmur2(key) & 0x7fffffff) % partitionMetadata.length
      : roundRobin(args));
  };
};
