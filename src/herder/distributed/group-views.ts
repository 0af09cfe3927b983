/** A connector of the group as REST shows it: from the config topic and the status topic. */
import type { Properties } from '../../config/definition.ts';
import { hideSecrets } from '../../config/secrets.ts';
import { AppError } from '../../foundation/errors.ts';
import type { ConfigState } from '../../storage/config-state.ts';
import type { StatusState, StoredStatus } from '../../storage/status-state.ts';
import type { StandaloneHerderDeps } from '../deps.ts';
import type {
  ConnectorInfo,
  ConnectorState,
  ConnectorStatus,
  ConnectorType,
  StateInfo,
  TaskInfo,
} from '../herder.ts';
import type { PluginCatalog } from '../plugins.ts';
import { fullDef } from '../validation.ts';

export class GroupViews {
  readonly #configs: ConfigState;
  readonly #statuses: StatusState;
  readonly #plugins: PluginCatalog;
  readonly #deps: StandaloneHerderDeps;

  constructor(
    configs: ConfigState,
    statuses: StatusState,
    plugins: PluginCatalog,
    deps: StandaloneHerderDeps,
  ) {
    this.#configs = configs;
    this.#statuses = statuses;
    this.#plugins = plugins;
    this.#deps = deps;
  }

  config(name: string): Properties {
    return this.#hidden(name, this.written(name));
  }

  /** As stored; throws `missing`. */
  written(name: string): Properties {
    const written = this.#configs.properties(name);
    if (written === undefined) throw missing(`Connector ${name} not found`);
    return written;
  }

  info(name: string): ConnectorInfo {
    const config = this.config(name);
    const tasks = this.#configs.tasks(name).map((_, task) => ({ connector: name, task }));
    return { name, config, tasks, type: this.#type(name) };
  }

  tasks(name: string): readonly TaskInfo[] {
    this.written(name);
    return this.#configs.tasks(name).map((config, task) => ({
      id: { connector: name, task },
      config: this.#hidden(name, config),
    }));
  }

  status(name: string): ConnectorStatus {
    const found = this.#statuses.get({ connector: name, task: undefined });
    if (found === undefined) throw missing(`No status found for connector ${name}`);
    return {
      name,
      connector: this.#state(found),
      tasks: this.#statuses.tasks(name).flatMap((task) => {
        const status = this.#statuses.get({ connector: name, task });
        return status === undefined ? [] : [{ id: task, ...this.#state(status) }];
      }),
      type: this.#type(name),
    };
  }

  taskStatus(name: string, task: number): { readonly id: number } & StateInfo {
    const found = this.#statuses.get({ connector: name, task });
    if (found === undefined) throw missing(`No status found for task ${name}-${task}`);
    return { id: task, ...this.#state(found) };
  }

  #type(name: string): ConnectorType {
    return this.#plugins.of(this.#configs.properties(name) ?? {})?.type ?? 'unknown';
  }

  #hidden(name: string, properties: Properties): Properties {
    const { properties: worker } = this.#deps;
    if (worker['rest.show.secrets']?.trim().toLowerCase() === 'true') return properties;
    const written = this.written(name);
    const plugin = this.#plugins.of(written);
    return plugin === undefined
      ? properties
      : hideSecrets(fullDef(plugin, written, this.#deps), properties);
  }

  #state({ state, trace, workerId, version }: StoredStatus): StateInfo {
    const { redact = (text: string) => text } = this.#deps;
    const shown = trace === null || trace === '' ? {} : { trace: redact(trace) };
    return { state: state as ConnectorState, worker_id: workerId, version, ...shown };
  }
}

export function missing(message: string): AppError {
  return new AppError('missing', 'connector.missing', message);
}
