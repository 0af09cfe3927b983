import { setImmediate } from 'node:timers';
import type { FastifyInstance } from 'fastify';
import { explain } from '../../../src/foundation/errors.ts';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { Cursor, EventLog } from '../events/event-log.ts';
import type { Faults } from './actions.ts';
import { matchesPath } from './path-pattern.ts';
import { isSwitch } from './registry.ts';
import { subjectOf } from './rest-faults.ts';
import type { Scenario, Step, Trigger } from './scenario.ts';

export interface ScenarioDeps {
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly clock: Clock;
  /** Takes a sentence for each step that can't be done. */
  readonly onFailure: (sentence: string) => void;
}

interface Waiting {
  readonly step: Step;
  left: number;
}

const OWN = /^\/(?:__sandbox(?:\/|$)|$)/;

/** Does the steps of a scenario, each once, from `start` on. */
export class ScenarioRunner implements Disposable {
  readonly #deps: ScenarioDeps;
  readonly #timers = new DisposableStack();
  readonly #cursor: Cursor;
  #requests: readonly Waiting[];
  #events: readonly Waiting[];
  #running = false;

  constructor(deps: ScenarioDeps) {
    this.#deps = deps;
    const { scenario, faults, log } = deps;
    if (scenario.seed !== undefined) faults.board.reseed(scenario.seed);
    this.#cursor = log.latest();
    this.#requests = waiting(scenario, 'requests');
    this.#events = waiting(scenario, 'events');
  }

  /** Before the faults' own hooks, which may keep a request to themselves. */
  watch(app: FastifyInstance): void {
    if (this.#requests.length === 0) return;
    app.addHook('onRequest', (request, _reply, done) => {
      if (this.#running) this.#count(subjectOf(request));
      done();
    });
  }

  start(): void {
    const { scenario, clock, log } = this.#deps;
    this.#running = true;
    this.#cursor.index = log.latest().index;
    for (const step of scenario.steps) {
      if (step.trigger.kind !== 'at') continue;
      this.#timers.use(clock.timer(step.trigger.ms, () => this.#run(step)));
    }
    if (this.#events.length > 0) this.#timers.use(log.onAppend(() => this.#read()));
  }

  [Symbol.dispose](): void {
    this.#running = false;
    this.#timers.dispose();
  }

  /** The request itself still passes as before. */
  #count({ path = '', method }: ReturnType<typeof subjectOf>): void {
    if (OWN.test(path)) return;
    const due = this.#due(this.#requests, (trigger) => {
      if (trigger.kind !== 'requests') return false;
      if (trigger.method !== undefined && trigger.method !== method) return false;
      return trigger.path === undefined || matchesPath(trigger.path, path);
    });
    if (due.length === 0) return;
    this.#requests = this.#requests.filter(({ left }) => left > 0);
    setImmediate(() => due.forEach((step) => this.#run(step)));
  }

  #read(): void {
    const { log } = this.#deps;
    for (;;) {
      const event = log.next(this.#cursor, ({ topic }) => topic !== '');
      if (event === undefined) break;
      const due = this.#due(
        this.#events,
        (trigger) =>
          trigger.kind === 'events' &&
          (trigger.topic === undefined || matchesPath(trigger.topic, event.topic)),
      );
      for (const step of due) this.#run(step);
    }
    this.#events = this.#events.filter(({ left }) => left > 0);
  }

  /** Counts one more of what fits. */
  #due(all: readonly Waiting[], fits: (trigger: Trigger) => boolean): readonly Step[] {
    return all.flatMap((each) => {
      if (each.left <= 0 || !fits(each.step.trigger)) return [];
      each.left--;
      return each.left === 0 ? [each.step] : [];
    });
  }

  #run({ changes, forMs }: Step): void {
    if (!this.#running) return;
    const { faults, clock, onFailure } = this.#deps;
    try {
      faults.apply(changes);
    } catch (error) {
      onFailure(`A step of the scenario can't be done: ${explain(error)}`);
      return;
    }
    if (forMs === undefined) return;
    const off = changes
      .filter(({ name }) => isSwitch(name))
      .map(({ name }) => ({ name, settings: [] }));
    this.#timers.use(clock.timer(forMs, () => faults.apply(off)));
  }
}

function waiting({ steps }: Scenario, kind: 'requests' | 'events'): readonly Waiting[] {
  return steps.flatMap((step) =>
    step.trigger.kind === kind ? [{ step, left: step.trigger.count }] : [],
  );
}
