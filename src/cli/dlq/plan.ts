/** Which dead letters may go back to their topic; pure. */
import type { RawRecord } from '../../data/record.ts';
import { redriven, type Letter } from './letters.ts';

/**
 * - `redrive`: nothing newer is there.
 * - `done`: its record was redriven before, or is by another letter.
 * - `newer`: its topic has newer data of its key, which it would overwrite.
 * - `gone`: its record isn't in its topic any more (retention, compaction, a topic made anew), so newer data may have been
 *   there and gone too.
 * - `unknown`: the letter doesn't say where it comes from, or its topic is no more.
 */
export type Verdict = 'redrive' | 'done' | 'newer' | 'gone' | 'unknown';

export interface Judged {
  readonly letter: Letter;
  readonly verdict: Verdict;
}

interface Seen {
  readonly partition: number;
  /** The offset whose data it is. */
  readonly standsFor: bigint;
}

/** What is to be known of the topics that letters come from; only keys and offsets of letters are kept. */
export class Origins {
  /** topic → key → its records. */
  readonly #keys = new Map<string, Map<string, Seen[]>>();
  readonly #letters = new Map<string, Letter>();
  readonly #present = new Set<string>();
  readonly #redriven = new Set<string>();

  constructor(letters: readonly Letter[]) {
    for (const letter of letters) {
      const { failed, record } = letter;
      if (failed === undefined) continue;
      const keys = this.#keys.get(failed.topic) ?? new Map<string, Seen[]>();
      this.#keys.set(failed.topic, keys);
      if (record.key !== null) keys.set(keyOf(record.key), []);
      this.#letters.set(placeOf(failed.topic, failed.partition, failed.offset), letter);
    }
  }

  topics(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** Every record of a topic, in the order of its partition. */
  see(record: RawRecord): void {
    const { topic, partition, offset, key, value, headers } = record;
    const place = placeOf(topic, partition, offset);
    const letter = this.#letters.get(place);
    if (letter !== undefined && same(letter.record.key, key) && same(letter.record.value, value)) {
      this.#present.add(place);
    }
    const before = redriven(headers);
    if (before !== undefined) this.#redriven.add(placeOf(topic, partition, before.of));
    if (key === null) return;
    const seen = this.#keys.get(topic)?.get(keyOf(key));
    seen?.push({ partition, standsFor: before?.origin ?? offset });
  }

  /**
   * Each letter's verdict, in the order to redrive them in: that of their offsets. An older letter of a key may go only if all newer
   * data of the key goes after it in the same run.
   */
  judge(letters: readonly Letter[]): readonly Judged[] {
    const going = new Set<string>();
    const data = new Set<string>();
    const judged = letters
      .toSorted(byOrigin)
      .toReversed()
      .map((letter): Judged => {
        const verdict = this.#verdict(letter, going, data);
        const { failed, standsFor } = letter;
        if (verdict === 'redrive' && failed !== undefined) {
          going.add(placeOf(failed.topic, failed.partition, failed.offset));
          data.add(placeOf(failed.topic, failed.partition, standsFor));
        }
        return { letter, verdict };
      });
    return judged.toReversed();
  }

  #verdict(
    { failed, record, standsFor }: Letter,
    going: ReadonlySet<string>,
    data: ReadonlySet<string>,
  ): Verdict {
    if (failed === undefined) return 'unknown';
    const { topic, partition, offset } = failed;
    const place = placeOf(topic, partition, offset);
    if (this.#redriven.has(place) || going.has(place)) return 'done';
    if (!this.#present.has(place)) return 'gone';
    if (record.key === null) return 'redrive';
    const newer = this.#keys
      .get(topic)
      ?.get(keyOf(record.key))
      ?.some(
        (seen) =>
          // Another partition's offsets tell no order: the topic has grown since.
          seen.partition !== partition ||
          (seen.standsFor > standsFor && !data.has(placeOf(topic, partition, seen.standsFor))),
      );
    return newer === true ? 'newer' : 'redrive';
  }
}

function byOrigin(a: Letter, b: Letter): number {
  const topics = (a.failed?.topic ?? '').localeCompare(b.failed?.topic ?? '');
  const partitions = (a.failed?.partition ?? 0) - (b.failed?.partition ?? 0);
  return topics || partitions || Number(a.standsFor - b.standsFor);
}

function placeOf(topic: string, partition: number, offset: bigint): string {
  return `${topic}/${partition}/${offset}`;
}

function keyOf(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1');
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}
