/** What kafkajs hands to its `sendMessages`: none of it is in its typings. */
export interface Entry {
  readonly partition: number;
  readonly messages: readonly object[];
  firstSequence?: number;
}

export interface TopicData {
  readonly topic: string;
  readonly partitions: readonly Entry[];
}

export interface SendBroker {
  produce(request: {
    readonly transactionalId: string | undefined;
    readonly producerId: number;
    readonly producerEpoch: number;
    readonly acks: number;
    readonly timeout: number;
    readonly compression: number;
    readonly topicData: readonly TopicData[];
  }): Promise<{
    readonly topics: readonly {
      readonly topicName: string;
      readonly partitions: readonly object[];
    }[];
  }>;
}

export interface SendCluster {
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  refreshMetadata(): Promise<void>;
  connect(): Promise<void>;
  isConnected(): boolean;
  removeBroker(address: {
    readonly host: string | undefined;
    readonly port: number | undefined;
  }): void;
  findTopicPartitionMetadata(topic: string): readonly object[];
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>;
  findBroker(of: { readonly nodeId: string }): Promise<SendBroker>;
}

export interface EosManager {
  isTransactional(): boolean;
  getTransactionalId(): string;
  getProducerId(): number;
  getProducerEpoch(): number;
  addPartitionsToTransaction(topicData: readonly TopicData[]): Promise<void>;
  getSequence(topic: string, partition: number): number;
  updateSequence(topic: string, partition: number, increment: number): void;
  acquireBrokerLock(broker: SendBroker): Promise<void>;
  releaseBrokerLock(broker: SendBroker): Promise<void> | void;
}

export interface Logger {
  error(message: string, extra: object): void;
}

export type Retrier = <T>(
  run: (bail: (error: Error) => void, retryCount: number, retryTime: number) => Promise<T>,
) => Promise<T>;
