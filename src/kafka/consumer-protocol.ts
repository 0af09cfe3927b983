/**
 * What the members of a consumer group speak, by name. The name tells how members and leader write to one another, which both
 * of these do in the same bytes; whoever leads deals partitions out as it likes, and the others take what they get.
 */
/** kafkajs' own name for its assignor. */
export const PROTOCOL = 'RoundRobinAssigner';
/** Of the JVM's consumers, the one that needs no second round: a sink's tasks on workers of both kinds are one group. */
export const JVM_PROTOCOL = 'range';
