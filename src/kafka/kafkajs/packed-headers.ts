import type { RawHeader } from '../../data/record.ts';
import type { KafkaMessage } from './kafkajs.ts';

/**
 * A message's headers, as where they stand in the fetched bytes. A sink holds tens of thousands of records, and kafkajs'
 * buffers for a few short headers take several times what the record itself does.
 */
export class PackedHeaders {
  readonly #keys: readonly string[];
  readonly #bytes: ArrayBufferLike;
  /** Start and length of each value; a length of -1 stands for null. */
  readonly #spans: readonly number[];

  private constructor(keys: readonly string[], bytes: ArrayBufferLike, spans: readonly number[]) {
    this.#keys = keys;
    this.#bytes = bytes;
    this.#spans = spans;
  }

  /** Shares its keys with `like` where they are the same. Undefined when the values don't stand in one block. */
  static of(
    headers: readonly RawHeader[],
    like: PackedHeaders | undefined,
  ): PackedHeaders | undefined {
    const bytes = headers.find(({ value }) => value !== null)?.value?.buffer;
    if (bytes === undefined) return undefined;
    const spans: number[] = [];
    const known = like === undefined ? [] : like.#keys;
    let areKnown = known.length === headers.length;
    for (let i = 0; i < headers.length; i++) {
      const { key, value } = headers[i] as RawHeader;
      if (value !== null && value.buffer !== bytes) return undefined;
      areKnown &&= known[i] === key;
      spans.push(value?.byteOffset ?? 0, value?.byteLength ?? -1);
    }
    const keys = areKnown ? known : headers.map(({ key }) => key);
    return new PackedHeaders(keys, bytes, spans);
  }

  list(): readonly RawHeader[] {
    return this.#keys.map((key, i) => {
      const [start = 0, length = -1] = this.#spans.slice(2 * i, 2 * i + 2);
      return { key, value: length < 0 ? null : Buffer.from(this.#bytes, start, length) };
    });
  }
}

/** kafkajs' headers in their order; a key that came several times stands where it came first. */
export function listHeaders(headers: KafkaMessage['headers']): readonly RawHeader[] {
  const list: RawHeader[] = [];
  for (const key in headers) {
    const values = headers[key];
    for (const value of Array.isArray(values) ? values : [values]) {
      list.push({ key, value: typeof value === 'string' ? Buffer.from(value) : (value ?? null) });
    }
  }
  return list;
}
