import { Config } from '../config/config.ts';
import type { Properties } from '../config/definition.ts';
import { errorFields, explain, stackOf } from '../foundation/errors.ts';
import type { KafkaConsumer } from '../kafka/port.ts';
import { errorsConfig } from '../runtime/errors-config.ts';
import { TaskRunner, type PlannedRestart } from '../runtime/task-runner.ts';
import type {
  PluginDescriptor,
  SinkConnector,
  SinkTask,
  SourceConnector,
  TaskConfig,
} from '../sdk/index.ts';
import { bounded } from './bounded.ts';
import type { Claims } from './claims.ts';
import { groupIdOf } from './client-config.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type { ConnectorState, InitialState } from './herder.ts';
import { STILL_THERE, type Leftovers } from './leftovers.ts';
import type { SelfHealing } from './self-healing.ts';
import { connectorContext, runTask } from './task-wiring.ts';
import type { Startups } from './startups.ts';

export interface RunningConnectorOptions {
  readonly name: string;
  readonly plugin: PluginDescriptor;
  /** As written: references unresolved. */
  readonly written: Properties;
  readonly resolved: Properties;
  readonly target: InitialState;
  readonly deps: StandaloneHerderDeps;
  readonly claims: Claims;
  readonly leftovers: Leftovers;
  readonly startups: Startups;
  readonly healing: SelfHealing;
  /** When it is this connector's turn, and if it still is this one. */
  readonly inTurn: (connector: RunningConnector, run: () => Promise<void>) => void;
}

/**
 * A turn waits so long for a plan, which most give at once; then it comes in a turn of its own, and whoever is next doesn't wait for a
 * connector's code (Invariant 8).
 */
const PLANS_IN_TURN_MS = 1_000;

type Plan = { readonly tasks: readonly TaskConfig[] } | { readonly error: unknown };

/** One connector of this worker: its instance, its tasks, its target state. Its callers take turns. */
export class RunningConnector {
  readonly name: string;
  readonly plugin: PluginDescriptor;
  /** As written: references unresolved. */
  readonly written: Properties;
  readonly topics = new Set<string>();
  taskConfigs: readonly TaskConfig[] = [];
  readonly #options: RunningConnectorOptions;
  readonly #deps: StandaloneHerderDeps;
  #target: InitialState;
  #runners: TaskRunner[] = [];
  #openTasks: (SinkTask | undefined)[] = [];
  #consumers: (KafkaConsumer | undefined)[] = [];
  #failure: string | undefined;
  /** Aborted when its plan isn't wanted any more. */
  #planning: AbortController | undefined;
  #isStarted = false;
  #restart: PlannedRestart | undefined;

  constructor(options: RunningConnectorOptions) {
    this.name = options.name;
    this.plugin = options.plugin;
    this.written = options.written;
    this.#target = options.target;
    this.#options = options;
    this.#deps = options.deps;
  }

  get target(): InitialState {
    return this.#target;
  }

  /** Those of a stopped connector are the ones that didn't stop. */
  get runners(): readonly TaskRunner[] {
    return this.#runners;
  }

  get resolved(): Properties {
    return this.#options.resolved;
  }

  get groupId(): string {
    return groupIdOf(this.name, this.#options.resolved, this.#deps.properties);
  }

  state(): { state: ConnectorState; trace: string | undefined } {
    if (this.#target === 'STOPPED') return { state: 'STOPPED', trace: undefined };
    if (this.#failure !== undefined) {
      const says = this.#restart === undefined ? '' : ` ${this.#restart.says}`;
      const [first = '', ...stack] = this.#failure.split('\n');
      return { state: 'FAILED', trace: [first + says, ...stack].join('\n') };
    }
    if (this.#target === 'PAUSED') return { state: 'PAUSED', trace: undefined };
    return { state: this.#planning !== undefined ? 'RESTARTING' : 'RUNNING', trace: undefined };
  }

  /** Plans tasks and starts them, unless they are or it isn't to run. A failure is its state, not thrown. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#isStarted || this.#planning !== undefined) return;
    this.#cancelRestart();
    this.#failure = undefined;
    if (this.#target !== 'RUNNING') return;
    const planning = new AbortController();
    this.#planning = planning;
    const plan = this.#plan(AbortSignal.any([signal, planning.signal]));
    const late = Promise.withResolvers<undefined>();
    using _late = this.#deps.clock.timer(PLANS_IN_TURN_MS, () => late.resolve(undefined));
    const early = await Promise.race([plan, late.promise]);
    const take = (given: Plan): void => {
      if (this.#planning === planning) this.#takePlan(given, signal);
    };
    if (early !== undefined) take(early);
    else void plan.then(() => this.#options.inTurn(this, async () => take(await plan)));
  }

  async #plan(signal: AbortSignal): Promise<Plan> {
    try {
      const tasksMax = Number(this.#options.resolved['tasks.max'] ?? '1');
      const what = `Planning the tasks of ${this.name}`;
      const tasks = await bounded(what, this.#deps.clock, signal, async (ending) =>
        (await this.instance()).plan(tasksMax, ending),
      );
      return { tasks };
    } catch (error) {
      return { error };
    }
  }

  /** Starts the tasks, or shows why there are none. One that was paused meanwhile has paused tasks. */
  #takePlan(plan: Plan, signal: AbortSignal): void {
    this.#planning = undefined;
    const { startups, healing } = this.#options;
    startups.connector('tasks' in plan);
    if ('tasks' in plan) {
      this.taskConfigs = plan.tasks;
      healing.forget({ connector: this.name, task: undefined });
      this.#log('Connector is started.', { tasks: plan.tasks.length });
      this.#runners = plan.tasks.map((_, index) => this.#runner(index));
      for (const runner of this.#runners) {
        if (this.#target === 'RUNNING') runner.start();
        else runner.apply({ type: 'paused' });
      }
      this.#isStarted = true;
      return;
    }
    const { error } = plan;
    this.#failure = `${explain(error)}\n${stackOf(error)}`;
    this.#restart = this.#heal(undefined, error, 0, () => this.start(signal));
    const { log } = this.#deps;
    log.error(`Connector failed: ${explain(error)}`, {
      connector: this.name,
      ...errorFields(error),
    });
  }

  /** Ends its tasks; those that don't end are left behind, and no other is started before they have. */
  async stop(): Promise<void> {
    this.#cancelRestart();
    this.#planning?.abort(new Error('the connector was stopped'));
    this.#planning = undefined;
    for (const task of [undefined, ...this.#runners.keys()]) {
      this.#options.healing.forget({ connector: this.name, task });
    }
    const stopped = await Promise.all(this.#runners.map((runner) => this.#end(runner)));
    this.#runners = this.#runners.filter((_, index) => stopped[index] === false);
    for (const runner of this.#runners) {
      void runner.ended.then(() => {
        this.#runners = this.#runners.filter((other) => other !== runner);
      });
    }
    this.taskConfigs = [];
    this.#isStarted = false;
    this.#log('Connector is stopped.');
  }

  /** Tasks that failed stay so until they are restarted, over pause and resume too, as in Connect. */
  async retarget(target: InitialState, signal: AbortSignal): Promise<void> {
    const from = this.#target;
    this.#target = target;
    this.#cancelRestart();
    if (target === 'STOPPED') {
      await this.stop();
    } else if (target === 'PAUSED') {
      await Promise.all(this.#runners.map((runner) => this.#end(runner, 'paused')));
      this.#log('Connector is paused.');
    } else if (from === 'PAUSED' && (this.#runners.length > 0 || this.#failure !== undefined)) {
      for (const [index, runner] of this.#runners.entries()) {
        if (runner.state.phase === 'PAUSED') this.#startTask(index);
      }
      this.#log('Connector is resumed.');
    } else {
      await this.start(signal);
    }
  }

  /** The task of a paused connector is paused then, whatever it was. */
  async restartTask(task: number): Promise<void> {
    const runner = this.#runners[task];
    if (runner === undefined || this.#target === 'STOPPED') return;
    this.#options.healing.forget({ connector: this.name, task });
    await this.#end(runner);
    if (this.#target === 'RUNNING') this.#startTask(task);
    else (this.#runners[task] = this.#runner(task)).apply({ type: 'paused' });
  }

  async instance(): Promise<SourceConnector | SinkConnector> {
    const plugin = await this.plugin.load();
    const config = new Config(this.plugin.config, this.#options.resolved);
    return plugin.create(config, connectorContext(this.name, this.#deps));
  }

  /** The open task that can answer a query. */
  queryTask(): SinkTask | undefined {
    return this.#openTasks.find((task) => task?.query !== undefined);
  }

  /** A sink's consumer while it reads. */
  consumer(task: number): KafkaConsumer | undefined {
    return this.#consumers[task];
  }

  async #end(runner: TaskRunner, as: 'stopped' | 'paused' = 'stopped'): Promise<boolean> {
    const ended = await runner.stop(as);
    if (!ended) this.#options.leftovers.add(this.name, runner);
    return ended;
  }

  #heal(
    task: number | undefined,
    error: unknown,
    runningMs: number,
    again: () => Promise<void>,
  ): PlannedRestart | undefined {
    const { healing, inTurn, resolved } = this.#options;
    const failure = { error, runningMs, properties: resolved };
    return healing.plan({ connector: this.name, task }, failure, () => inTurn(this, again));
  }

  #cancelRestart(): void {
    this.#restart?.[Symbol.dispose]();
    this.#restart = undefined;
  }

  #startTask(index: number): void {
    const runner = this.#runner(index);
    this.#runners[index] = runner;
    runner.start();
  }

  #runner(index: number): TaskRunner {
    const { clock, log, properties } = this.#deps;
    const made = new TaskRunner(
      {
        connector: this.name,
        task: index,
        clock,
        log,
        gracefulMs: Number(properties['task.shutdown.graceful.timeout.ms'] ?? '5000'),
        onStarted: (succeeded) => this.#options.startups.task(succeeded),
        onFailed: (error, runningMs) =>
          this.#heal(index, error, runningMs, async () => {
            if (this.#target !== 'RUNNING' || this.#runners[index] !== made) return;
            await this.#end(made);
            this.#startTask(index);
          }),
      },
      (runner) => this.#run(runner, index),
    );
    return made;
  }

  async #run(runner: TaskRunner, index: number): Promise<void> {
    const { resolved, leftovers, claims } = this.#options;
    const { clock, properties } = this.#deps;
    if (leftovers.has(this.name)) {
      runner.apply({ type: 'trouble', reason: STILL_THERE });
      const { retryTimeoutMs } = errorsConfig(resolved, properties);
      await leftovers.gone(this.name, clock, retryTimeoutMs, runner.stopping.signal);
      runner.apply({ type: 'well' });
    }
    await runTask(runner, {
      connector: this.name,
      plugin: this.plugin,
      resolved,
      taskConfig: this.taskConfigs[index] ?? {},
      task: index,
      deps: this.#deps,
      claims,
      onTopic: (topic) => void this.topics.add(topic),
      onSinkTask: (task) => (this.#openTasks[index] = task),
      onConsumer: (consumer) => (this.#consumers[index] = consumer),
    });
  }

  #log(message: string, fields: object = {}): void {
    const { class: connectorClass, version } = this.plugin;
    this.#deps.log.info(message, {
      connector: this.name,
      class: connectorClass,
      version,
      ...fields,
    });
  }
}
