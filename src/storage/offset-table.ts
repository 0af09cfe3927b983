import { canonicalJson } from '../data/exact-json.ts';
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import type { AppError } from '../foundation/errors.ts';
import type { StoredOffset } from './offset-store.ts';

interface Spoilt {
  readonly partition: SourcePartition;
  readonly error: AppError;
}

/** Offsets by connector and partition, in the order first written: what every store keeps in memory. */
export class OffsetTable {
  readonly #connectors = new Map<string, Map<string, StoredOffset>>();
  readonly #spoilt = new Map<string, Map<string, Spoilt>>();

  /** Throws what one of its offsets was spoilt with. */
  read(connector: string): readonly StoredOffset[] {
    for (const { error } of this.#spoilt.get(connector)?.values() ?? []) throw error;
    return [...(this.#connectors.get(connector)?.values() ?? [])];
  }

  /** Those of `read`, and those that are spoilt. */
  partitions(connector: string): readonly SourcePartition[] {
    const known = this.#connectors.get(connector) ?? new Map<string, StoredOffset>();
    const spoilt = this.#spoilt.get(connector) ?? new Map<string, Spoilt>();
    const both = new Map<string, { readonly partition: SourcePartition }>([...known, ...spoilt]);
    return [...both.values()].map(({ partition }) => partition);
  }

  apply(
    connector: string,
    offsets: readonly { partition: SourcePartition; offset: SourceOffset | null }[],
  ): void {
    const known = this.#connectors.get(connector) ?? new Map<string, StoredOffset>();
    this.#connectors.set(connector, known);
    for (const { partition, offset } of offsets) {
      const key = canonicalJson(partition);
      this.#spoilt.get(connector)?.delete(key);
      if (offset === null) known.delete(key);
      else known.set(key, { partition, offset });
    }
  }

  /** Its newest record can't be read: a position is unknown, and none is taken for it (Invariant 3) until another is written. */
  spoil(connector: string, partition: SourcePartition, error: AppError): void {
    const spoilt = this.#spoilt.get(connector) ?? new Map<string, Spoilt>();
    this.#spoilt.set(connector, spoilt.set(canonicalJson(partition), { partition, error }));
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
