/** What this worker runs: connectors' instances, which plan tasks, and tasks. Its callers take turns. */
import { Config } from '../../config/config.ts';
import type { Properties } from '../../config/definition.ts';
import { resolveReferences } from '../../config/references.ts';
import { AppError, errorFields, explain, stackOf } from '../../foundation/errors.ts';
import type { KafkaConsumer } from '../../kafka/port.ts';
import { TaskRunner, type PlannedRestart } from '../../runtime/task-runner.ts';
import type { PluginDescriptor, SinkTask, TaskConfig } from '../../sdk/index.ts';
import type { ConfigState } from '../../storage/config-state.ts';
import { bounded } from '../bounded.ts';
import type { Claims } from '../claims.ts';
import type { StandaloneHerderDeps } from '../deps.ts';
import { STILL_THERE, type Leftovers } from '../leftovers.ts';
import { errorsConfig } from '../../runtime/errors-config.ts';
import type { ExactlyOnceSources } from './exactly-once.ts';
import type { PluginCatalog } from '../plugins.ts';
import { SelfHealing, type Healed } from '../self-healing.ts';
import type { Startups } from '../startups.ts';
import { connectorContext, runTask } from '../task-wiring.ts';
import type { RunningHere } from '../worker-metrics.ts';
import { Reloads } from '../reloads.ts';
import { INSTANCE, Work, type WorkUnit } from './work.ts';

export interface LocalWorkOptions {
  readonly deps: StandaloneHerderDeps;
  readonly plugins: PluginCatalog;
  readonly configs: ConfigState;
  readonly claims: Claims;
  readonly leftovers: Leftovers;
  readonly startups: Startups;
  readonly onStatus: (unit: WorkUnit, status: LocalStatus) => void;
  /** The instance has planned its tasks: as the config topic has them. */
  readonly onPlanned: (connector: string, tasks: readonly Properties[]) => void;
  readonly onTopic: (connector: string, topic: string, task: number) => void;
  /** Where sources run exactly once; else they run at least once. */
  readonly exactlyOnce?: ExactlyOnceSources | undefined;
  /** What the connector's configuration refers to has changed: what of it runs here is to be restarted. */
  readonly onReload: (connector: string) => void;
  /** One after the other with everything else that changes the work. */
  readonly inTurn: (run: () => Promise<void>) => void;
}

export interface LocalStatus {
  readonly state: string;
  readonly trace: string | undefined;
  readonly version: string | null;
}

interface LocalTask {
  readonly unit: WorkUnit;
  readonly runner: TaskRunner;
  open: SinkTask | undefined;
  consumer: KafkaConsumer | undefined;
}

interface Instance {
  /** Ends its planning. */
  readonly ended: AbortController;
  state: string;
}

export class LocalWork {
  readonly #options: LocalWorkOptions;
  readonly #instances = new Map<string, Instance>();
  readonly #tasks = new Map<string, LocalTask>();
  readonly #closing = new AbortController();
  readonly #reloads: Reloads;
  readonly #healing: SelfHealing;

  constructor(options: LocalWorkOptions) {
    this.#options = options;
    const { providers, clock, log } = options.deps;
    this.#reloads = new Reloads({ providers, clock, log, onChanged: options.onReload });
    this.#healing = new SelfHealing(options.deps);
  }

  isRunning(unit: WorkUnit): boolean {
    return unit.task === INSTANCE
      ? this.#instances.has(unit.connector)
      : this.#tasks.has(keyOf(unit));
  }

  /** Everything that was started and not stopped. */
  units(): Work {
    const instances = [...this.#instances.keys()].map((connector) => ({
      connector,
      task: INSTANCE,
    }));
    return new Work([...instances, ...[...this.#tasks.values()].map(({ unit }) => unit)]);
  }

  /** The same, by connector, as metrics show it. */
  running(): readonly RunningHere[] {
    const { configs, plugins } = this.#options;
    const names = new Set([...this.units()].map(({ connector }) => connector));
    return [...names].map((name) => {
      const tasks = [...this.#tasks.values()].filter(({ unit }) => unit.connector === name);
      return {
        name,
        plugin: plugins.of(configs.properties(name) ?? {}),
        runners: tasks.map(({ runner }) => runner),
        state: () => this.#instances.get(name),
        consumer: (task) => tasks.find(({ unit }) => unit.task === task)?.consumer,
      };
    });
  }

  /** The open task of a connector that can answer a query. */
  queryTask(connector: string): SinkTask | undefined {
    const tasks = [...this.#tasks.values()].filter(({ unit }) => unit.connector === connector);
    return tasks.find(({ open }) => open?.query !== undefined)?.open;
  }

  /**
   * Or starts again. An instance plans its tasks on its own time: whoever waits for a turn doesn't wait for a connector's
   * code.
   */
  async start(unit: WorkUnit): Promise<void> {
    this.#healing.forget(healedOf(unit));
    if (unit.task === INSTANCE) this.#startInstance(unit);
    else await this.#startTask(unit);
  }

  /** Resolves when it has ended, or its time to stop is over (then it stays a leftover). */
  async stop(stopped: Iterable<WorkUnit>): Promise<void> {
    const units = [...stopped];
    await Promise.all(units.map((unit) => this.#stop(unit)));
    const left = new Set([...this.units()].map(({ connector }) => connector));
    for (const { connector } of units) if (!left.has(connector)) this.#reloads.forget(connector);
  }

  /** Follows the connector's target state: what is paused keeps its place. */
  async retarget(connector: string): Promise<void> {
    if (this.#instances.has(connector)) this.#startInstance({ connector, task: INSTANCE });
    const target = this.#options.configs.target(connector);
    const tasks = [...this.#tasks.values()].filter(({ unit }) => unit.connector === connector);
    await Promise.all(
      tasks.map(async ({ unit, runner }) => {
        if (target === 'PAUSED') await this.#end(connector, runner, 'paused');
        else if (target === 'RUNNING' && runner.state.phase === 'PAUSED') {
          await this.#startTask(unit);
        }
      }),
    );
  }

  close(): void {
    this.#closing.abort(new Error('the worker is stopping'));
    this.#reloads[Symbol.dispose]();
  }

  async #stop(unit: WorkUnit): Promise<void> {
    const { connector } = unit;
    this.#healing.forget(healedOf(unit));
    if (unit.task === INSTANCE) {
      this.#instances.get(connector)?.ended.abort(new Error('the instance was stopped'));
      if (this.#instances.delete(connector)) this.#tellInstance(connector, 'UNASSIGNED');
      return;
    }
    const task = this.#tasks.get(keyOf(unit));
    this.#tasks.delete(keyOf(unit));
    if (task !== undefined) await this.#end(connector, task.runner, 'stopped');
  }

  async #end(connector: string, runner: TaskRunner, as: 'stopped' | 'paused'): Promise<void> {
    if (!(await runner.stop(as))) this.#options.leftovers.add(connector, runner);
  }

  #startInstance({ connector }: WorkUnit): void {
    const { configs, onPlanned } = this.#options;
    const target = configs.target(connector);
    const ended = new AbortController();
    this.#instances.get(connector)?.ended.abort(new Error('the instance was started again'));
    this.#instances.set(connector, { ended, state: 'UNASSIGNED' });
    if (target === 'RUNNING') {
      void this.#runInstance(connector, AbortSignal.any([ended.signal, this.#closing.signal]));
      return;
    }
    this.#tellInstance(connector, target);
    if (target === 'STOPPED') onPlanned(connector, []);
  }

  /** A failure is its status, not thrown. What was stopped or started again meanwhile says nothing any more. */
  async #runInstance(connector: string, ended: AbortSignal): Promise<void> {
    const { startups, deps, onPlanned } = this.#options;
    try {
      const tasks = await this.#plan(connector, ended);
      if (ended.aborted) return;
      startups.connector(true);
      this.#healing.forget({ connector, task: undefined });
      this.#tellInstance(connector, 'RUNNING');
      onPlanned(connector, tasks);
    } catch (error) {
      if (ended.aborted) return;
      startups.connector(false);
      const stack = `\n${stackOf(error)}`;
      const instance = this.#instances.get(connector);
      const planned = this.#heal({ connector, task: INSTANCE }, error, 0, async () => {
        if (!ended.aborted && this.#instances.get(connector) === instance) {
          this.#startInstance({ connector, task: INSTANCE });
        }
        await Promise.resolve();
      });
      ended.addEventListener('abort', () => planned?.[Symbol.dispose](), { once: true });
      const says = planned === undefined ? '' : ` ${planned.says}`;
      this.#tellInstance(connector, 'FAILED', explain(error) + says + stack);
      deps.log.error(`Connector failed: ${explain(error)}`, { connector, ...errorFields(error) });
    }
  }

  /** Tasks' configurations as the config topic has them: whole, references unresolved. */
  async #plan(connector: string, ended: AbortSignal): Promise<readonly Properties[]> {
    const { deps } = this.#options;
    const { plugin, written, resolved } = await this.#configured(connector);
    const tasksMax = Number(resolved['tasks.max'] ?? '1');
    const what = `Planning the tasks of ${connector}`;
    const planned = await bounded(what, deps.clock, ended, async (ending) => {
      const config = new Config(plugin.config, resolved);
      const instance = (await plugin.load()).create(config, connectorContext(connector, deps));
      return await instance.plan(tasksMax, ending);
    });
    const taskClass = plugin.class.replace(/Connector$/, '').concat('Task');
    return planned.map((task) => ({ ...written, ...task, 'task.class': taskClass }));
  }

  async #startTask(unit: WorkUnit): Promise<void> {
    const { configs, deps, leftovers, startups, claims, onStatus, onTopic } = this.#options;
    const { connector, task } = unit;
    const earlier = this.#tasks.get(keyOf(unit));
    if (earlier !== undefined) await this.#end(connector, earlier.runner, 'stopped');
    const taskConfig = configs.tasks(connector)[task];
    if (taskConfig === undefined) return;
    // Of the configuration that it starts with.
    const exactlyOnce = this.#options.exactlyOnce?.of(unit);
    const { clock, log, properties } = deps;
    const runner = new TaskRunner(
      {
        connector,
        task,
        clock,
        log,
        gracefulMs: Number(properties['task.shutdown.graceful.timeout.ms'] ?? '5000'),
        onStarted: (succeeded) => startups.task(succeeded),
        onFailed: (error, runningMs) =>
          this.#heal(unit, error, runningMs, async () => {
            if (this.#tasks.get(keyOf(unit))?.runner === runner) await this.#startTask(unit);
          }),
        onState: ({ phase, trace }) => {
          const current = this.#tasks.get(keyOf(unit));
          if (current?.runner === runner || (current === undefined && phase === 'UNASSIGNED')) {
            onStatus(unit, { state: phase, trace, version: this.#versionOf(connector) });
          }
        },
      },
      async () => {
        const { plugin, resolved } = await this.#configured(connector);
        if (leftovers.has(connector)) {
          runner.apply({ type: 'trouble', reason: STILL_THERE });
          const { retryTimeoutMs } = errorsConfig(resolved, properties);
          await leftovers.gone(connector, clock, retryTimeoutMs, runner.stopping.signal);
          runner.apply({ type: 'well' });
        }
        await runTask(runner, {
          connector,
          plugin,
          resolved,
          taskConfig: await this.#resolve(taskConfig),
          task,
          deps,
          claims,
          exactlyOnce,
          onTopic: (topic) => onTopic(connector, topic, task),
          onSinkTask: (open) => (local.open = open),
          onConsumer: (consumer) => (local.consumer = consumer),
        });
      },
    );
    const local: LocalTask = { unit, runner, open: undefined, consumer: undefined };
    this.#tasks.set(keyOf(unit), local);
    if (configs.target(connector) === 'RUNNING') runner.start();
    else runner.apply({ type: 'paused' });
  }

  #heal(
    unit: WorkUnit,
    error: unknown,
    runningMs: number,
    again: () => Promise<void>,
  ): PlannedRestart | undefined {
    const properties = this.#options.configs.properties(unit.connector) ?? {};
    const failure = { error, runningMs, properties };
    return this.#healing.plan(healedOf(unit), failure, () => this.#options.inTurn(again));
  }

  async #configured(
    connector: string,
  ): Promise<{ plugin: PluginDescriptor; written: Properties; resolved: Properties }> {
    const { configs, plugins } = this.#options;
    const written = configs.properties(connector);
    if (written === undefined) {
      throw new AppError('missing', 'connector.missing', `Connector ${connector} not found`);
    }
    const plugin = plugins.requireOf(written);
    return { plugin, written, resolved: await this.#reloads.resolve(connector, written) };
  }

  #resolve(properties: TaskConfig): Promise<Properties> {
    return resolveReferences(properties, this.#options.deps.providers);
  }

  #versionOf(connector: string): string | null {
    const { configs, plugins } = this.#options;
    return plugins.of(configs.properties(connector) ?? {})?.version ?? null;
  }

  #tellInstance(connector: string, state: string, trace?: string): void {
    const version = this.#versionOf(connector);
    const instance = this.#instances.get(connector);
    if (instance !== undefined) instance.state = state;
    this.#options.onStatus({ connector, task: INSTANCE }, { state, trace, version });
  }
}

function healedOf({ connector, task }: WorkUnit): Healed {
  return { connector, task: task === INSTANCE ? undefined : task };
}

function keyOf({ connector, task }: WorkUnit): string {
  return `${task} ${connector}`;
}
