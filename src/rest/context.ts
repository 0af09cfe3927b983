import type { Fetch } from '../config/tls/fetch.ts';
import type { LogLevels } from '../foundation/pino.ts';
import type { GroupHerder, Herder } from '../herder/herder.ts';

/** What the routes work with. */
export interface RestContext {
  readonly herder: Herder;
  /** Of a worker in a group: the same, as the other workers ask it. */
  readonly group?: GroupHerder | undefined;
  /** Asks the group's other workers; undefined: as the machine is set up. */
  readonly fetch?: Fetch | undefined;
  /** Headwater's own. */
  readonly version: string;
  /** Why the worker can't do all of its work yet, or any more until somebody mends it (`lasting`). */
  readonly trouble?: (() => Promise<Trouble | undefined>) | undefined;
  /** What an operator should know though the worker works. */
  readonly warning?: (() => string | undefined) | undefined;
  /** null while the broker hasn't answered yet. */
  readonly clusterId: () => string | null;
  /** `topic.tracking.enable` and `topic.tracking.allow.reset`; unset: both. */
  readonly topicTracking?: { readonly enabled: boolean; readonly resettable: boolean } | undefined;
  readonly renderMetrics: () => Promise<{ contentType: string; text: string }>;
  readonly levels: LogLevels;
  /** Takes secrets out of error messages; the herder's answers have none. */
  readonly redact: (text: string) => string;
}

export interface Trouble {
  readonly reason: string;
  readonly lasting: boolean;
}
