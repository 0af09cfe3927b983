import kafkajs, { type PartitionAssigner } from './kafkajs.ts';
import { JVM_PROTOCOL } from '../consumer-protocol.ts';

const { roundRobin } = kafkajs.PartitionAssigners;

/** Its own name first, by which it is a group with members like it; the JVM clients' for groups that have such members. */
export const assignors: PartitionAssigner[] = [
  roundRobin,
  (deps) => ({ ...roundRobin(deps), name: JVM_PROTOCOL }),
];
