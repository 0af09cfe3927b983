import { produceV9, ProtocolError, ResponseError, Writer } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';

/** A batch as it goes to its partition. */
export interface EncodedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

const { key: API_KEY, version: API_VERSION } = produceV9.api;
const ALL_IN_SYNC = -1;
/** How long a leader waits for its followers, ms. */
const TIMEOUT_MS = 30_000;

/**
 * One request to a leader, acks=all. Resolves to the error of each batch that was refused; rejects when no answer
 * came: then nothing is known of any of them. The client's own call takes records, not batches.
 */
export async function produce<T extends EncodedBatch>(
  cluster: Cluster,
  leader: number,
  transactionalId: string | null,
  batches: readonly T[],
): Promise<ReadonlyMap<T, ProtocolError>> {
  const connection = await cluster.connection(leader);
  const answer = await new Promise<produceV9.ProduceResponse>((resolve, reject) => {
    connection.send<produceV9.ProduceResponse>(
      API_KEY,
      API_VERSION,
      () => request(transactionalId, batches),
      produceV9.parseResponse,
      true,
      true,
      (error, response) => {
        if (error instanceof ResponseError) {
          resolve(error['response'] as produceV9.ProduceResponse);
        } else if (error !== null || response === undefined) {
          reject(error ?? new ProtocolError('UNKNOWN_SERVER_ERROR'));
        } else resolve(response);
      },
    );
  });
  return refusals(answer, batches);
}

function refusals<T extends EncodedBatch>(
  { responses }: produceV9.ProduceResponse,
  batches: readonly T[],
): ReadonlyMap<T, ProtocolError> {
  const refused = new Map<T, ProtocolError>();
  for (const batch of batches) {
    const answer = responses
      .find(({ name }) => name === batch.topic)
      ?.partitionResponses.find(({ index }) => index === batch.partition);
    if (answer === undefined) refused.set(batch, new ProtocolError('UNKNOWN_SERVER_ERROR'));
    else if (answer.errorCode !== 0) {
      const reason = answer.recordErrors[0]?.batchIndexErrorMessage ?? answer.errorMessage;
      refused.set(batch, new ProtocolError(answer.errorCode, reason));
    }
  }
  return refused;
}

function request(transactionalId: string | null, batches: readonly EncodedBatch[]): Writer {
  const byTopic = [...Map.groupBy(batches, ({ topic }) => topic)];
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(ALL_IN_SYNC)
    .appendInt32(TIMEOUT_MS)
    .appendArray(byTopic, (writer, [topic, ofTopic]) => {
      writer.appendString(topic).appendArray(ofTopic, (inner, { partition, bytes }) => {
        inner
          .appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes);
      });
    })
    .appendTaggedFields();
}
