import type { Clock } from '../../foundation/clock.ts';
import type { GroupKafka, OutRecord, TopicTail } from '../../kafka/port.ts';
import { letterOf, redriveHeaders, type Letter } from './letters.ts';
import { Origins, type Judged } from './plan.ts';

const CLIENT_ID = 'headwater-dlq';
/** At most so many records are sent between two looks at what is new in their topics. */
const MAX_BATCH = 100;
/** The longest that one topic is read. */
const READ_TIMEOUT_MS = 600_000;

/** All letters of a queue, in the order they were written per partition. */
export async function readLetters(kafka: GroupKafka, topic: string): Promise<readonly Letter[]> {
  const letters: Letter[] = [];
  const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
  await kafka.readToEnd(topic, (record) => letters.push(letterOf(record)), signal);
  return letters;
}

/** The topics that letters come from, read to their end and followed. */
export class OpenOrigins implements AsyncDisposable {
  readonly #origins: Origins;
  readonly #missing: ReadonlySet<string>;
  readonly #tails: readonly TopicTail[];

  private constructor(origins: Origins, missing: ReadonlySet<string>, tails: readonly TopicTail[]) {
    this.#origins = origins;
    this.#missing = missing;
    this.#tails = tails;
  }

  static async open(kafka: GroupKafka, letters: readonly Letter[]): Promise<OpenOrigins> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const origins = new Origins(letters);
    const missing = new Set<string>();
    const tails: TopicTail[] = [];
    await using opened = new AsyncDisposableStack();
    for (const topic of origins.topics()) {
      if ((await kafka.admin.partitions(topic)) === undefined) {
        missing.add(topic);
        continue;
      }
      const onRecord = origins.see.bind(origins);
      const onTrouble = (): void => undefined;
      const tail = await kafka.tail({ topic, clientId: CLIENT_ID, onRecord, onTrouble }, signal);
      tails.push(opened.use(tail));
    }
    opened.move();
    return new OpenOrigins(origins, missing, tails);
  }

  /** By what is in the topics as of `refresh`, or of opening. */
  judge(letters: readonly Letter[]): readonly Judged[] {
    return this.#origins
      .judge(letters)
      .map((judged) =>
        this.#missing.has(judged.letter.failed?.topic ?? '')
          ? { ...judged, verdict: 'unknown' }
          : judged,
      );
  }

  async refresh(): Promise<void> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    for (const tail of this.#tails) await tail.readToEnd(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail[Symbol.asyncDispose]()));
  }
}

export interface RedriveOptions {
  /** Records a second. */
  readonly rate: number;
  readonly clock: Clock;
}

/**
 * Sends what may be sent back to its topic and partition, a batch acknowledged before the next. Before each batch its topics are read to
 * their end, and what has become newer meanwhile stays; what is written in the round trip of a batch can't be seen. Returns
 * how many went. Ended in between, a second call goes on: what went is `done`.
 */
export async function redriveLetters(
  kafka: GroupKafka,
  origins: OpenOrigins,
  letters: readonly Letter[],
  { rate, clock }: RedriveOptions,
): Promise<number> {
  await using producer = await kafka.producer({ clientId: CLIENT_ID });
  const size = Math.min(MAX_BATCH, Math.max(1, Math.floor(rate)));
  let sent = 0;
  let left = letters;
  for (;;) {
    await origins.refresh();
    left = origins
      .judge(left)
      .flatMap(({ letter, verdict }) => (verdict === 'redrive' ? [letter] : []));
    const batch = left.slice(0, size);
    if (batch.length === 0) return sent;
    await producer.send(batch.flatMap(outRecord));
    sent += batch.length;
    left = left.slice(size);
    if (left.length > 0) await clock.sleep((batch.length / rate) * 1_000);
  }
}

function outRecord(letter: Letter): readonly OutRecord[] {
  const { failed, record } = letter;
  if (failed === undefined) return [];
  const { topic, partition } = failed;
  const { key, value, timestamp } = record;
  return [{ topic, partition, key, value, timestamp, headers: redriveHeaders(letter) }];
}
