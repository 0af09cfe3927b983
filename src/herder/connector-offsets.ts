/** Where a source's offsets are kept: the worker's, unless `offsets.storage.topic` names a topic of its own. */
import type { Properties } from '../config/definition.ts';
import { layered } from '../storage/offset-layered.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import type { StandaloneHerderDeps } from './deps.ts';

/** undefined: the worker's. */
export function separateTopic(connector: Properties, worker: Properties): string | undefined {
  const topic = connector['offsets.storage.topic']?.trim() ?? '';
  const isSeparate = worker['group.id'] !== undefined && topic !== '';
  return isSeparate && topic !== worker['offset.storage.topic'] ? topic : undefined;
}

export function offsetsOf(
  connector: Properties,
  deps: Pick<StandaloneHerderDeps, 'offsets' | 'separateOffsets' | 'properties'>,
): OffsetStore {
  const topic = separateTopic(connector, deps.properties);
  if (topic === undefined || deps.separateOffsets === undefined) return deps.offsets;
  return layered(deps.separateOffsets(topic), deps.offsets);
}
