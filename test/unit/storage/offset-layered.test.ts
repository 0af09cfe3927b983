/** Goal: a connector's own offsets stand over the worker's, and neither is lost when a connector is given a topic of its own, or loses it. */
import { describe, expect, it } from 'vitest';
import { layered } from '../../../src/storage/offset-layered.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';
import type { OffsetStore } from '../../../src/storage/offset-store.ts';

const at = (file: string, position: number | null) => ({
  partition: { filename: file },
  offset: position === null ? null : { position },
});

async function read(store: OffsetStore): Promise<readonly string[]> {
  const found = await store.read('c');
  return found.map(
    ({ partition, offset }) => `${String(partition['filename'])} ${String(offset['position'])}`,
  );
}

describe('layered offsets', () => {
  it('come from the worker’s where the connector’s own has none', async () => {
    const [own, worker] = [openOffsetMemory(), openOffsetMemory()];
    await worker.write('c', [at('a', 1), at('b', 2)]);
    await own.write('c', [at('b', 7)]);
    expect(await read(layered(own, worker))).toEqual(['b 7', 'a 1']);
  });

  it('are written to both, and forgotten in both', async () => {
    const [own, worker] = [openOffsetMemory(), openOffsetMemory()];
    const both = layered(own, worker);
    await both.write('c', [at('a', 1), at('b', 2)]);
    expect([await read(own), await read(worker)]).toEqual([
      ['a 1', 'b 2'],
      ['a 1', 'b 2'],
    ]);
    await both.write('c', [at('a', null)]);
    expect([await read(both), await read(worker)]).toEqual([['b 2'], ['b 2']]);
  });

  it('are written though the worker’s can’t be', async () => {
    const own = openOffsetMemory();
    const worker = { ...openOffsetMemory(), write: () => Promise.reject(new Error('away')) };
    const both = layered(own, worker);
    await both.write('c', [at('a', 1)]);
    expect(await read(own)).toEqual(['a 1']);
    await expect(both.write('c', [at('a', null)])).rejects.toThrow('away');
    expect(await read(own)).toEqual(['a 1']);
  });
});
