/** What happens to everything there is at the moment it is asked for. */
import { createRandom } from '../org/random.ts';
import type { SandboxOrg } from '../org/org.ts';
import { SalesforceError } from '../org/types.ts';
import type { PubSubFaults } from '../pubsub/faults.ts';
import type { FaultBoard } from './board.ts';
import { groupOf, isSwitch, specOf, FAULT_NAMES } from './registry.ts';
import type { FaultName, OnceName, Setting } from './registry.ts';
import { FaultInputError } from './read-settings.ts';
import type { FaultChange } from './read-settings.ts';
import type { AnySetting } from './spec.ts';

export interface ActionTargets {
  readonly org: SandboxOrg;
  readonly pubsub: PubSubFaults;
  readonly events: {
    /** Nothing stored so far can be read; `gap` is how far positions jump. */
    forgetEvents(gap?: number): void;
    repeatPlatformEvents(count: number): number;
    /** Schemas of another release: other ids, the same fields. */
    renewSchemas(): void;
  };
  /** One API version more. */
  readonly versions: { publishNext(): void };
}

type Actions = { readonly [Name in OnceName]: (setting: Setting<Name>) => void };

/** Another instance's positions are this far away at most. */
const FOREIGN_POSITIONS = 1_000_000_000;

/** The faults of a sandbox: switches on the board, and what is done at once. */
export class Faults {
  readonly board: FaultBoard;
  readonly #actions: Actions;

  constructor(board: FaultBoard, targets: ActionTargets) {
    this.board = board;
    this.#actions = actionsOf(targets);
  }

  /** In order; those after one that the org refuses are left out. Throws FaultInputError, SalesforceError. */
  apply(changes: readonly FaultChange[]): void {
    for (const { name, settings } of changes) {
      if (isSwitch(name)) this.board.set(name, settings as readonly Setting<typeof name>[]);
      else for (const setting of settings) this.#run(name, setting);
    }
  }

  #run(name: OnceName, setting: AnySetting): void {
    const run = this.#actions[name] as (setting: AnySetting) => void;
    try {
      run(setting);
    } catch (error) {
      if (error instanceof RangeError) throw new FaultInputError(name, error.message);
      throw error;
    }
  }

  /** Every switch as the control API shows it: a count, a flag, or a list of settings. */
  shown(): Readonly<Record<string, unknown>> {
    const shown: Record<string, unknown> = {};
    for (const name of FAULT_NAMES) {
      if (!isSwitch(name)) continue;
      const value = this.#shownOne(name);
      const grouped = groupOf(name);
      if (grouped === undefined) shown[name] = value;
      else {
        const group = (shown[grouped.group] ??= {}) as Record<string, unknown>;
        group[grouped.member] = value;
      }
    }
    return shown;
  }

  #shownOne(name: Extract<FaultName, Parameters<FaultBoard['isOn']>[0]>): unknown {
    const current: readonly AnySetting[] = this.board.current(name);
    const spec = specOf(name);
    if (spec.kind === 'while') {
      const [setting] = current;
      if (setting === undefined) return false;
      return Object.keys(spec.parameters).length === 0 ? true : setting;
    }
    if (Object.keys(spec.parameters).length > 0) return current;
    if (current.length === 0) return 0;
    const [only] = current;
    const isCount = current.length === 1 && Object.keys(only ?? {}).join() === 'count';
    return isCount ? only?.count : current;
  }
}

function actionsOf({ org, pubsub, events, versions }: ActionTargets): Actions {
  const jump = createRandom(1);
  return {
    endSessions: ({ user }) => {
      if (user === undefined) org.endSessions({});
      else org.endSessions({ userId: userIdOf(org, user) });
    },
    'pubsub.goAway': ({ graceMs }) => pubsub.cut({ kind: 'goAway', graceMs }),
    'pubsub.cut': ({ code }) => pubsub.cut({ kind: 'error', code }),
    'pubsub.resetStreams': ({ code }) => pubsub.cut({ kind: 'resetStreams', code }),
    'pubsub.resetConnections': () => pubsub.cut({ kind: 'resetConnections' }),
    'events.repeat': ({ count }) => void events.repeatPlatformEvents(count),
    'events.expire': () => events.forgetEvents(),
    'events.migrate': () => events.forgetEvents(1 + jump(FOREIGN_POSITIONS)),
    'org.refresh': ({ id }) => void org.changeId(id === 'new' ? undefined : id),
    'org.release': () => {
      versions.publishNext();
      events.renewSchemas();
    },
    'org.clock': ({ advanceMs }) => org.clock.advance(advanceMs),
  };
}

function userIdOf(org: SandboxOrg, name: string): string {
  const user = org.user(name);
  if (user !== undefined) return user.id;
  throw new SalesforceError(400, 'INVALID_INPUT', `There is no user "${name}".`);
}
