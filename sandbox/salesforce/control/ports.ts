import { FaultBoard } from '../faults/board.ts';
import type { Subject } from '../faults/board.ts';
import { RestFaults } from '../faults/views.ts';

/** What the control API asks of the other rooms, and the settings they read. */

/** Implemented by `events/`. */
export interface EventControl {
  /**
   * A gap event of these records (18-character ids of `entity`) on the entity's channels, without a change in
   * the org: as Salesforce sends when it can't make the change event.
   */
  emitGap(
    entity: string,
    ids: readonly string[],
    type: 'GAP_CREATE' | 'GAP_UPDATE' | 'GAP_DELETE' | 'GAP_UNDELETE',
  ): void;
  /** A transaction changed more of the entity than events can say. */
  emitOverflow(entity: string): void;
  /** Any record of the entity may have changed: record ids `001*`. */
  emitWildcard(entity: string): void;
  /** As after a migration to another instance: no events are retained, and no position of before is one any more. */
  forgetEvents(gap?: number): void;
  /** As by a release of Salesforce: schemas of events have other ids and the same fields. */
  renewSchemas(): void;
  /** The newest platform events once more, with the same ids; gives how many. */
  repeatPlatformEvents(count: number): number;
}

/** How REST, Bulk and logging in misbehave; asked at each request, so that a change works at once. */
export type FaultSettings = RestFaults;

export function noFaults(): FaultSettings {
  return new RestFaults(new FaultBoard());
}

type Counted = Exclude<keyof FaultSettings, 'board' | 'collectionsIgnoreCallOptions'>;

/** True, and one less from now on, while `fault` is due; `subject` is the request where it can be chosen by its path. */
export function takeFault({ board }: FaultSettings, fault: Counted, subject?: Subject): boolean {
  return board.take(fault, subject) !== undefined;
}
