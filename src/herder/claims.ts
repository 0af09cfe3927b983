import type { SourcePartition } from '../data/record.ts';
import { partitionKey } from '../runtime/partition-key.ts';
import type { OffsetStore } from '../storage/offset-store.ts';

const CLAIMS: SourcePartition = { headwater: 'claims' };
/** Claims belong to the offset store, not to one connector: one org per topic prefix. */
const OWNER = '__headwater';

/** What the connectors of one offset store agreed on. One claim at a time, or one would overwrite another. */
export class Claims {
  readonly #offsets: OffsetStore;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(offsets: OffsetStore) {
    this.#offsets = offsets;
  }

  /** Stores `value` under `key` unless a value is there; returns the one that stands. */
  claim(key: string, value: string): Promise<string> {
    const claimed = this.#queue.catch(() => undefined).then(() => this.#claim(key, value));
    this.#queue = claimed;
    return claimed;
  }

  async #claim(key: string, value: string): Promise<string> {
    const stored = await this.#offsets.read(OWNER);
    const claims = stored.find(
      (entry) => partitionKey(entry.partition) === partitionKey(CLAIMS),
    )?.offset;
    const standing = claims?.[key];
    if (typeof standing === 'string') return standing;
    await this.#offsets.write(OWNER, [{ partition: CLAIMS, offset: { ...claims, [key]: value } }]);
    return value;
  }
}
