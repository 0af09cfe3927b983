/**
 * kafkajs leaves out aborted records as if a fetch's aborted transactions were listed by where they begin, and no two began
 * before one record. The broker lists them by where they end: with several producers on a partition, aborted records
 * were shown and committed ones left out.
 */
export interface FetchedMessage {
  readonly key: Uint8Array | null;
  /** Decimal. */
  readonly offset: string;
  readonly isControlRecord?: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface AbortedTransaction {
  readonly producerId: string;
  /** Decimal. */
  readonly firstOffset: string;
}

/** A control record's key: version 0, type 0. */
const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);

/** Without the records of aborted transactions; markers stay. */
export function withoutAborted<M extends FetchedMessage>({
  messages,
  abortedTransactions,
}: {
  readonly messages: readonly M[];
  readonly abortedTransactions?: readonly AbortedTransaction[] | null | undefined;
}): readonly M[] {
  if (abortedTransactions === undefined || abortedTransactions === null) return messages;
  if (abortedTransactions.length === 0) return messages;
  const begins = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, first: BigInt(firstOffset) }))
    .toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
  const aborting = new Set<string>();
  let next = 0;
  return messages.filter(({ key, offset, isControlRecord, batchContext }) => {
    const at = BigInt(offset);
    for (let begin = begins[next]; begin !== undefined && begin.first <= at; begin = begins[next]) {
      aborting.add(String(begin.producerId));
      next += 1;
    }
    const producer = String(batchContext.producerId);
    if (isControlRecord === true) {
      if (key !== null && ABORT_MARKER.equals(key)) aborting.delete(producer);
      return true;
    }
    return !(batchContext.inTransaction && aborting.has(producer));
  });
}
