/** Connect's offsets API over where offsets are kept: the offset store, or a sink's group and target. */
import type { Properties } from '../config/definition.ts';
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import type { PluginDescriptor, SinkConnector, SourceConnector } from '../sdk/index.ts';
import { storedPartitions } from '../storage/offset-store.ts';
import { bounded } from './bounded.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type { OffsetEntry } from './herder.ts';
import { CHANGED, refuse, sinkEntries, sinkOffsets } from './offset-entries.ts';
import { offsetsOf } from './connector-offsets.ts';

type OffsetDeps = Pick<
  StandaloneHerderDeps,
  'clock' | 'kafka' | 'offsets' | 'separateOffsets' | 'properties'
>;

/** The connector whose offsets they are. */
export interface OffsetOwner {
  readonly name: string;
  readonly plugin: Pick<PluginDescriptor, 'type'>;
  /** Its properties, references resolved. */
  readonly resolved: Properties;
  /** A sink's consumer group. */
  readonly groupId: string;
  instance(): Promise<SourceConnector | SinkConnector>;
}

export async function readOffsets(
  connector: OffsetOwner,
  deps: OffsetDeps,
): Promise<readonly OffsetEntry[]> {
  if (connector.plugin.type === 'sink') {
    return sinkEntries(await deps.kafka.admin.groupOffsets(connector.groupId));
  }
  const stored = await offsetsOf(connector.resolved, deps).read(connector.name);
  return stored.map(({ partition, offset }) => ({ partition, offset }));
}

/** Asks the connector first: what it refuses isn't stored. The connector must be stopped. Resolves to Connect's answer. */
export async function alterOffsets(
  connector: OffsetOwner,
  entries: readonly OffsetEntry[],
  deps: OffsetDeps,
  signal: AbortSignal,
): Promise<string> {
  if (entries.length === 0) {
    throw refuse('Partitions / offsets need to be provided for an alter offsets request');
  }
  const { altered } = CHANGED;
  return (await write(connector, entries, deps, signal)) ? altered.byBoth : altered.byFramework;
}

/** Forgets every offset, those that the target holds, too. The connector must be stopped. Resolves to Connect's answer. */
export async function resetOffsets(
  connector: OffsetOwner,
  deps: OffsetDeps,
  signal: AbortSignal,
): Promise<string> {
  const none = (await partitionsOf(connector, deps)).map((partition) => ({
    partition,
    offset: null,
  }));
  let isBoth = await write(connector, none, deps, signal);
  if (connector.plugin.type === 'sink') {
    const sink = (await connector.instance()) as SinkConnector;
    const asking = `Resetting the offsets of ${connector.name}`;
    if (sink.resetOffsets !== undefined) {
      await bounded(asking, deps.clock, signal, async (ending) => sink.resetOffsets?.(ending));
      isBoth = true;
    }
    await deps.kafka.admin.deleteGroup(connector.groupId);
  }
  return isBoth ? CHANGED.reset.byBoth : CHANGED.reset.byFramework;
}

/** A source's that can't be read are forgotten, too. */
async function partitionsOf(
  connector: OffsetOwner,
  deps: OffsetDeps,
): Promise<readonly OffsetEntry['partition'][]> {
  if (connector.plugin.type === 'source') {
    return await storedPartitions(offsetsOf(connector.resolved, deps), connector.name);
  }
  return (await readOffsets(connector, deps)).map(({ partition }) => partition);
}

/** Whether the connector has had its say. */
async function write(
  connector: OffsetOwner,
  entries: readonly OffsetEntry[],
  deps: OffsetDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, kafka } = deps;
  const instance = await connector.instance();
  const asking = `Altering the offsets of ${connector.name}`;
  if (connector.plugin.type === 'source') {
    const source = instance as SourceConnector;
    const offsets = entries.map(({ partition, offset }) => ({
      partition: partition as SourcePartition,
      offset: offset as SourceOffset | null,
    }));
    await bounded(asking, clock, signal, (ending) => source.alterOffsets?.(offsets, ending));
    await offsetsOf(connector.resolved, deps).write(connector.name, offsets);
    return source.alterOffsets !== undefined;
  }
  const sink = instance as SinkConnector;
  const offsets = sinkOffsets(entries);
  await bounded(asking, clock, signal, (ending) => sink.alterOffsets?.(offsets, ending));
  await kafka.admin.setGroupOffsets(connector.groupId, offsets);
  return sink.alterOffsets !== undefined;
}
