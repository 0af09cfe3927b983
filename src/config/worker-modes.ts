/** What a worker's properties switch on. */
import type { Properties } from './definition.ts';

/**
 * `exactly.once.source.support=enabled`. `preparing` asks for nothing here: the leader writes the config topic in
 * transactions, and fences, in any case; a group with workers of another make needs it.
 */
export function isExactlyOnce(worker: Properties): boolean {
  return (
    worker['group.id'] !== undefined &&
    worker['exactly.once.source.support']?.trim().toLowerCase() === 'enabled'
  );
}
