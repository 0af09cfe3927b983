/** Goal: an altered or reset offset reaches whoever holds it, and the answer says whether that is known (KIP-875). */
import { describe, expect, it } from 'vitest';
import { alterOffsets, resetOffsets, type OffsetOwner } from '../../../src/herder/offsets.ts';
import type { SinkConnector, SourceConnector } from '../../../src/sdk/index.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';

const plan = (): Promise<[]> => Promise.resolve([]);
const ENTRY = {
  partition: { kafka_topic: 't', kafka_partition: 0 },
  offset: { kafka_offset: 5 },
};
const { signal } = new AbortController();

function owner(type: 'source' | 'sink', instance: SourceConnector | SinkConnector): OffsetOwner {
  const groupId = 'connect-c';
  return {
    name: 'c',
    plugin: { type },
    groupId,
    resolved: {},
    instance: () => Promise.resolve(instance),
  };
}

const deps = (kafka = new MemoryKafka()): Parameters<typeof alterOffsets>[2] => ({
  kafka,
  clock: new ManualClock(),
  offsets: openOffsetMemory(),
  properties: {},
});

describe('offsets of a sink', () => {
  it('that its target holds are reset there, though the group knows none', async () => {
    const seen: string[] = [];
    const sink: SinkConnector = {
      plan,
      alterOffsets: (offsets) => {
        seen.push(`altered ${offsets.length}`);
        return Promise.resolve(true);
      },
      resetOffsets: () => {
        seen.push('reset');
        return Promise.resolve();
      },
    };
    expect(await resetOffsets(owner('sink', sink), deps(), signal)).toBe(
      'The offsets for this connector have been reset successfully',
    );
    expect(seen).toEqual(['altered 0', 'reset']);
  });

  it('are altered in the group and by the connector', async () => {
    const kafka = new MemoryKafka();
    const seen: bigint[] = [];
    const sink: SinkConnector = {
      plan,
      alterOffsets: (offsets) => {
        seen.push(...offsets.flatMap(({ offset }) => (offset === null ? [] : [offset])));
        return Promise.resolve(true);
      },
    };
    const answer = await alterOffsets(owner('sink', sink), [ENTRY], deps(kafka), signal);
    expect(answer).toBe('The offsets for this connector have been altered successfully');
    expect(seen).toEqual([5n]);
    expect(kafka.committed('connect-c', 't')).toBe(5n);
  });

  it('whose connector has no say are told to be the framework’s alone', async () => {
    const own = owner('sink', { plan });
    expect(await alterOffsets(own, [ENTRY], deps(), signal)).toMatch(
      /^The Connect framework-managed offsets .* manually altered in the system that the connector uses\.$/,
    );
    expect(await resetOffsets(own, deps(), signal)).toMatch(
      /^The Connect framework-managed offsets .* manually reset in the system that the connector uses\.$/,
    );
  });
});

describe('offsets of a source', () => {
  const entry = { partition: { file: 'a' }, offset: { position: 3 } };

  it('with a topic of its own are altered there', async () => {
    const [worker, own] = [openOffsetMemory(), openOffsetMemory()];
    const asked: string[] = [];
    const all = {
      ...deps(),
      offsets: worker,
      properties: { 'group.id': 'g', 'offset.storage.topic': 'offsets' },
      separateOffsets: (topic: string) => {
        asked.push(topic);
        return own;
      },
    };
    const source = owner('source', { plan });
    const separate = { ...source, resolved: { 'offsets.storage.topic': 'mine' } };
    await alterOffsets(separate, [entry], all, signal);
    expect(asked).toEqual(['mine']);
    expect(await own.read('c')).toEqual([entry]);
    const same = { ...source, resolved: { 'offsets.storage.topic': 'offsets' } };
    await resetOffsets(same, all, signal);
    expect(asked).toEqual(['mine']);
    expect(await worker.read('c')).toEqual([]);
  });
});
