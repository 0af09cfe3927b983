/** A connector as REST shows it: secrets hidden, Connect's shapes. */
import type { Properties } from '../config/definition.ts';
import { hideSecrets } from '../config/secrets.ts';
import type { RunningConnector } from './connector.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type { ConnectorInfo, ConnectorStatus, StateInfo, TaskInfo } from './herder.ts';
import { fullDef } from './validation.ts';

export class Views {
  readonly #deps: StandaloneHerderDeps;

  constructor(deps: StandaloneHerderDeps) {
    this.#deps = deps;
  }

  config(connector: RunningConnector): Properties {
    return this.#hidden(connector, connector.written);
  }

  /** `tasks`: how many to show; the connector's own unless a change isn't planned yet. */
  info(connector: RunningConnector, tasks = connector.taskConfigs.length): ConnectorInfo {
    const { name, plugin } = connector;
    return {
      name,
      config: this.config(connector),
      tasks: Array.from({ length: tasks }, (_, task) => ({ connector: name, task })),
      type: plugin.type,
    };
  }

  status(connector: RunningConnector): ConnectorStatus {
    return {
      name: connector.name,
      connector: this.#state(connector, connector.state()),
      tasks: connector.runners.map(({ task, state: { phase, trace } }) => ({
        id: task,
        ...this.#state(connector, { state: phase, trace }),
      })),
      type: connector.plugin.type,
    };
  }

  tasks(connector: RunningConnector): readonly TaskInfo[] {
    const shown = this.config(connector);
    const taskClass = connector.plugin.class.replace(/Connector$/, '').concat('Task');
    return connector.taskConfigs.map((config, task) => ({
      id: { connector: connector.name, task },
      config: { ...shown, ...this.#hidden(connector, config), 'task.class': taskClass },
    }));
  }

  #hidden(connector: RunningConnector, properties: Properties): Properties {
    const { properties: worker } = this.#deps;
    if (worker['rest.show.secrets']?.trim().toLowerCase() === 'true') return properties;
    return hideSecrets(fullDef(connector.plugin, connector.written, this.#deps), properties);
  }

  #state(
    connector: RunningConnector,
    { state, trace }: { state: StateInfo['state']; trace: string | undefined },
  ): StateInfo {
    const { workerId, redact = (text: string) => text } = this.#deps;
    return {
      state,
      worker_id: workerId,
      version: connector.plugin.version,
      ...(trace === undefined ? {} : { trace: redact(trace) }),
    };
  }
}

/** The states a restart begins with: what it takes in is RESTARTING, everything else stays. */
export function plannedRestart(
  status: ConnectorStatus,
  { includeTasks, onlyFailed }: { includeTasks: boolean; onlyFailed: boolean },
): ConnectorStatus {
  const restarting = <S extends StateInfo>(info: S): S =>
    onlyFailed && info.state !== 'FAILED' ? info : { ...info, state: 'RESTARTING' };
  return {
    ...status,
    connector: restarting(status.connector),
    tasks: includeTasks ? status.tasks.map(restarting) : status.tasks,
  };
}
