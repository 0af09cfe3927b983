/** As whom a producer writes. The broker takes each partition's batches in the order of their sequence numbers, each once. */
export class ProducerIdentity {
  readonly id: bigint;
  readonly epoch: number;
  readonly #next = new Map<string, number>();

  constructor(id: bigint, epoch: number) {
    this.id = id;
    this.epoch = epoch;
  }

  /** The number of a partition's next record. */
  sequence(topic: string, partition: number): number {
    return this.#next.get(`${topic}-${partition}`) ?? 0;
  }

  /** So many records are acked. */
  advance(topic: string, partition: number, count: number): void {
    const next = this.sequence(topic, partition) + count;
    // After 2^31 - 1 comes 0.
    this.#next.set(`${topic}-${partition}`, next % 2 ** 31);
  }
}
