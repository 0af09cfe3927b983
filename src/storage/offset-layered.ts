import { canonicalJson } from '../data/exact-json.ts';
import { storedPartitions, type OffsetStore } from './offset-store.ts';

/**
 * A connector's own offsets over the worker's: what its own doesn't have is read from the worker's, so that a connector may be
 * given a topic of its own later. What is written to its own goes to the worker's, too, as far as that can be had: for the day when the
 * connector has no topic of its own any more. Forgotten is an offset in the worker's first, or it would come up again. Disposes
 * neither.
 */
export function layered(own: OffsetStore, worker: OffsetStore): OffsetStore {
  return {
    read: async (connector) => {
      const [first, second] = await Promise.all([own.read(connector), worker.read(connector)]);
      const known = new Set(first.map(({ partition }) => canonicalJson(partition)));
      return [...first, ...second.filter(({ partition }) => !known.has(canonicalJson(partition)))];
    },
    partitions: async (connector) => {
      const both = await Promise.all(
        [own, worker].map((store) => storedPartitions(store, connector)),
      );
      return [...new Map(both.flat().map((each) => [canonicalJson(each), each])).values()];
    },
    write: async (connector, offsets) => {
      const forgotten = offsets.filter(({ offset }) => offset === null);
      if (forgotten.length > 0) await worker.write(connector, forgotten);
      await own.write(connector, offsets);
      const kept = offsets.filter(({ offset }) => offset !== null);
      if (kept.length > 0) await worker.write(connector, kept).catch(() => undefined);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
