import { canonicalJson } from '../data/exact-json.ts';
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import type { StoredOffset } from './offset-store.ts';

/** Offsets by connector and partition, in the order first written: what every store keeps in memory. */
export class OffsetTable {
  readonly #connectors = new Map<string, Map<string, StoredOffset>>();

  read(connector: string): readonly StoredOffset[] {
    return [...(this.#connectors.get(connector)?.values() ?? [])];
  }

  apply(
    connector: string,
    offsets: readonly { partition: SourcePartition; offset: SourceOffset | null }[],
  ): void {
    const known = this.#connectors.get(connector) ?? new Map<string, StoredOffset>();
    this.#connectors.set(connector, known);
    for (const { partition, offset } of offsets) {
      const key = canonicalJson(partition);
      if (offset === null) known.delete(key);
      else known.set(key, { partition, offset });
    }
  }

  copy(): OffsetTable {
    const table = new OffsetTable();
    for (const [connector, offsets] of this.#connectors) {
      table.apply(connector, [...offsets.values()]);
    }
    return table;
  }

  connectors(): readonly string[] {
    return [...this.#connectors.keys()];
  }
}
