import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../../src/foundation/clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { SandboxOrg } from '../org/org.ts';
import { PubSubFaults } from '../pubsub/faults.ts';
import { Versions } from '../rest/versions.ts';
import { Faults } from './actions.ts';
import { FaultBoard } from './board.ts';
import { EventFaults } from './event-faults.ts';
import { registerHttpFaults } from './http-faults.ts';
import { readScenario } from './scenario.ts';
import { ScenarioRunner } from './scenario-runner.ts';
import { CometdFaults, RestFaults } from './views.ts';

export interface FaultOptions {
  readonly org: SandboxOrg;
  readonly events: EventBus;
  /** Decides chances and jitters. */
  readonly seed?: number | undefined;
  /** A scenario's file. */
  readonly scenario?: string | undefined;
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** The faults as the APIs ask for them, and as the control API sets them. */
export interface SandboxFaults {
  readonly rest: RestFaults;
  readonly pubsub: PubSubFaults;
  readonly streaming: CometdFaults;
  readonly control: Faults;
  /** The scenario's time begins. */
  begin(): void;
  close(): Promise<void>;
}

/** To be called before any route is registered. Throws AppError where the scenario isn't right. */
export async function startFaults(
  app: FastifyInstance,
  options: FaultOptions,
): Promise<SandboxFaults> {
  const { org, events, seed, onWarning = () => undefined } = options;
  const scenario =
    options.scenario === undefined ? undefined : await readScenario(options.scenario);
  const board = new FaultBoard(seed, () => org.clock.now());
  const pubsub = new PubSubFaults(board);
  const control = new Faults(board, { org, pubsub, events, versions: Versions.of(org) });
  const runner =
    scenario === undefined
      ? undefined
      : new ScenarioRunner({
          scenario,
          faults: control,
          log: events.log,
          clock: systemClock,
          onFailure: onWarning,
        });
  runner?.watch(app);
  registerHttpFaults(app, board, org);
  const trouble = new EventFaults(board, systemClock);
  events.platformEvents.trouble = trouble;
  events.log.late = trouble.late;
  return {
    rest: new RestFaults(board),
    pubsub,
    streaming: new CometdFaults(board),
    control,
    begin: () => runner?.start(),
    close: () => {
      runner?.[Symbol.dispose]();
      trouble[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
