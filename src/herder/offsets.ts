/** Connect's offsets API over where offsets are kept: the offset store, or a sink's group and target. */
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import type { PluginDescriptor, SinkConnector, SourceConnector } from '../sdk/index.ts';
import { bounded } from './bounded.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type { OffsetEntry } from './herder.ts';
import { refuse, sinkEntries, sinkOffsets } from './offset-entries.ts';

/** The connector whose offsets they are. */
export interface OffsetOwner {
  readonly name: string;
  readonly plugin: Pick<PluginDescriptor, 'type'>;
  /** A sink's consumer group. */
  readonly groupId: string;
  instance(): Promise<SourceConnector | SinkConnector>;
}

export async function readOffsets(
  connector: OffsetOwner,
  deps: StandaloneHerderDeps,
): Promise<readonly OffsetEntry[]> {
  if (connector.plugin.type === 'sink') {
    return sinkEntries(await deps.kafka.admin.groupOffsets(connector.groupId));
  }
  const stored = await deps.offsets.read(connector.name);
  return stored.map(({ partition, offset }) => ({ partition, offset }));
}

/** Asks the connector first: what it refuses isn't stored. The connector must be stopped. */
export async function alterOffsets(
  connector: OffsetOwner,
  entries: readonly OffsetEntry[],
  deps: StandaloneHerderDeps,
  signal: AbortSignal,
): Promise<void> {
  if (entries.length === 0) {
    throw refuse('Partitions / offsets need to be provided for an alter offsets request');
  }
  await write(connector, entries, deps, signal);
}

/** Forgets every offset. The connector must be stopped. */
export async function resetOffsets(
  connector: OffsetOwner,
  deps: StandaloneHerderDeps,
  signal: AbortSignal,
): Promise<void> {
  const stored = await readOffsets(connector, deps);
  const none = stored.map(({ partition }) => ({ partition, offset: null }));
  await write(connector, none, deps, signal);
  if (connector.plugin.type === 'sink') await deps.kafka.admin.deleteGroup(connector.groupId);
}

async function write(
  connector: OffsetOwner,
  entries: readonly OffsetEntry[],
  { clock, kafka, offsets: store }: StandaloneHerderDeps,
  signal: AbortSignal,
): Promise<void> {
  const instance = await connector.instance();
  const asking = `Altering the offsets of ${connector.name}`;
  if (connector.plugin.type === 'source') {
    const source = instance as SourceConnector;
    const offsets = entries.map(({ partition, offset }) => ({
      partition: partition as SourcePartition,
      offset: offset as SourceOffset | null,
    }));
    await bounded(asking, clock, signal, (ending) => source.alterOffsets?.(offsets, ending));
    await store.write(connector.name, offsets);
    return;
  }
  const sink = instance as SinkConnector;
  const offsets = sinkOffsets(entries);
  await bounded(asking, clock, signal, (ending) => sink.alterOffsets?.(offsets, ending));
  await kafka.admin.setGroupOffsets(connector.groupId, offsets);
}
