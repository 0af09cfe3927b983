import type { OffsetStore, StoredOffset } from './offset-store.ts';
import { OffsetTable } from './offset-table.ts';

/** Offsets that end with the process: for tests. */
export function openOffsetMemory(): OffsetStore {
  const table = new OffsetTable();
  return {
    read: (connector): Promise<readonly StoredOffset[]> => Promise.resolve(table.read(connector)),
    write: (connector, offsets) => {
      table.apply(connector, offsets);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
