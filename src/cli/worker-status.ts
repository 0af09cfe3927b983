import { objectOf } from '../foundation/json-object.ts';
import { ask, clientCommand, listOf, request, type Answer, type ClientOptions } from './client.ts';
import type { CommandBuilder } from './command.ts';
import { EXIT } from './errors.ts';
import { table } from './table.ts';

interface Load {
  connectors: number;
  tasks: number;
}

/** `headwater worker status`: whether a worker can work, and what runs where in its group. */
export const buildWorkerStatus: CommandBuilder = (done) => {
  const command = clientCommand(
    'headwater worker status',
    'Shows a worker and its group; exit code 1 when it is unhealthy, 3 while it starts.',
  );
  return command.action(async () => {
    const { url, json } = command.opts<ClientOptions>();
    const { body: root } = await ask(url, 'GET', '');
    const health = await request(url, 'GET', 'health');
    const own = await request(url, 'GET', 'headwater/v1/worker');
    // A worker that can't work may not know its connectors either.
    const statuses = await request(url, 'GET', 'connectors?expand=status');
    const found = {
      health: healthOf(health),
      worker: { ...objectOf(root), ...(own.status === 200 ? { headwater: own.body } : {}) },
      ...statesOf(statuses.status === 200 ? statuses.body : {}),
    };
    console.log(json ? JSON.stringify(found) : screen(new URL(url).origin, found));
    if (found.health['status'] === 'starting') done(EXIT.unavailable);
    else if (found.health['status'] === 'unhealthy') done(EXIT.failed);
  });
};

/** Older JVM workers have no such resource. */
function healthOf({ status, body }: Answer): Readonly<Record<string, unknown>> {
  if (status === 404) return { status: 'unknown', message: 'This worker has no /health.' };
  const { status: said, message } = objectOf(body);
  if (typeof said === 'string') return { status: said, message };
  return { status: 'unhealthy', message: `/health answered ${status}.` };
}

function statesOf(body: unknown): {
  readonly connectors: Readonly<Record<string, number>>;
  readonly tasks: Readonly<Record<string, number>>;
  readonly workers: Readonly<Record<string, Load>>;
} {
  const states = { connectors: new Map<string, number>(), tasks: new Map<string, number>() };
  const workers = new Map<string, Load>();
  const count = (kind: keyof Load, entry: unknown): void => {
    const { state, worker_id: id } = objectOf(entry);
    states[kind].set(String(state), (states[kind].get(String(state)) ?? 0) + 1);
    const load = workers.get(String(id)) ?? { connectors: 0, tasks: 0 };
    workers.set(String(id), load);
    load[kind] += 1;
  };
  for (const entry of Object.values(objectOf(body))) {
    const { connector, tasks } = objectOf(objectOf(entry)['status']);
    count('connectors', connector);
    for (const task of listOf(tasks)) count('tasks', task);
  }
  return {
    connectors: Object.fromEntries(states.connectors),
    tasks: Object.fromEntries(states.tasks),
    workers: Object.fromEntries([...workers].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function screen(
  url: string,
  {
    health,
    worker,
    connectors,
    tasks,
    workers,
  }: {
    health: Readonly<Record<string, unknown>>;
    worker: Readonly<Record<string, unknown>>;
  } & ReturnType<typeof statesOf>,
): string {
  const { version, node } = objectOf(worker['headwater']);
  const ours = typeof version === 'string' ? `, Headwater ${version}, Node ${String(node)}` : '';
  const counted = (states: Readonly<Record<string, number>>): string =>
    Object.entries(states)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ') || 'none';
  return [
    `${String(health['status'])}: ${String(health['message'])}`,
    `worker      ${url} (Connect ${String(worker['version'])}${ours})`,
    `cluster     ${String(worker['kafka_cluster_id'])}`,
    `connectors  ${counted(connectors)}`,
    `tasks       ${counted(tasks)}`,
    ...(Object.keys(workers).length === 0
      ? []
      : [
          '',
          table(
            ['worker', 'connectors', 'tasks'],
            Object.entries(workers).map(([id, load]) => [id, load.connectors, load.tasks]),
          ),
        ]),
  ].join('\n');
}
