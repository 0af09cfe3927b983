import type { Command } from 'commander';
import { objectOf } from '../foundation/json-object.ts';
import { applyCommands } from './apply.ts';
import { ask, clientCommand, listOf, segment, type ClientOptions } from './client.ts';
import type { CommandBuilder } from './command.ts';
import { loadConnectorFile } from './connector-files.ts';
import { table } from './table.ts';

interface RestartOptions {
  readonly tasks: boolean;
  readonly failed: boolean;
}

/** `headwater connectors …`: the connectors of a running worker. */
export const buildConnectors: CommandBuilder = (done) => {
  const command = clientCommand('headwater connectors', 'Shows and steers connectors.');
  const options = (): ClientOptions => command.opts();
  const sub = (usage: string, description: string): Command =>
    command.command(usage).description(description).allowExcessArguments(false);

  sub('list', 'all connectors and their states').action(() => list(options()));
  sub('show <name>', 'a configuration, as a file of properties').action((name: string) =>
    show(options(), name),
  );
  sub('status <name>', 'the states of a connector and its tasks').action((name: string) =>
    status(options(), name),
  );
  sub('create <file>', 'creates a connector from a file, or updates it').action((file: string) =>
    create(options(), file),
  );
  applyCommands(command, done);
  sub('delete <names...>', 'deletes connectors').action((names: string[]) =>
    steer(options(), 'DELETE', names, '', 'deleted'),
  );
  for (const [verb, what] of [
    ['pause', 'paused'],
    ['resume', 'resumed'],
    ['stop', 'stopped'],
  ] as const) {
    sub(`${verb} <names...>`, `${verb}s connectors`).action((names: string[]) =>
      steer(options(), 'PUT', names, `/${verb}`, what),
    );
  }
  sub('restart <names...>', 'restarts connectors')
    .option('--tasks', 'their tasks too', false)
    .option('--failed', 'only what has failed', false)
    .action((names: string[], { tasks, failed }: RestartOptions) => {
      const action = `/restart?includeTasks=${tasks}&onlyFailed=${failed}`;
      return steer(options(), 'POST', names, action, 'restarted');
    });
  return command;
};

async function list({ url, json }: ClientOptions): Promise<void> {
  const { text, body } = await ask(url, 'GET', 'connectors?expand=status');
  if (json) return console.log(text);
  const rows = Object.entries(objectOf(body)).map(([name, entry]) => {
    const { connector, tasks, type } = objectOf(objectOf(entry)['status']);
    const states = listOf(tasks).map((task) => objectOf(task)['state']);
    return [name, type, objectOf(connector)['state'], states.join(', ')];
  });
  console.log(table(['name', 'type', 'state', 'tasks'], rows));
}

async function show({ url, json }: ClientOptions, name: string): Promise<void> {
  const { text, body } = await ask(url, 'GET', `connectors/${segment(name)}/config`);
  if (json) return console.log(text);
  for (const [key, value] of Object.entries(objectOf(body))) {
    console.log(`${key.replaceAll(/[\\=:\s]/g, '\\$&')}=${propertyText(String(value))}`);
  }
}

/** As a file of properties has it, so that what is shown can be applied. */
function propertyText(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/^ /, '\\ ');
}

async function status({ url, json }: ClientOptions, name: string): Promise<void> {
  const { text, body } = await ask(url, 'GET', `connectors/${segment(name)}/status`);
  if (json) return console.log(text);
  const { connector, tasks } = objectOf(body);
  const row = (what: string, state: unknown): unknown[] => {
    const { state: phase, worker_id: workerId, trace } = objectOf(state);
    return [what, phase, workerId, typeof trace === 'string' ? trace.split('\n')[0] : ''];
  };
  const rows = listOf(tasks).map((task) => row(`task ${String(objectOf(task)['id'])}`, task));
  console.log(table(['', 'state', 'worker', 'why'], [row('connector', connector), ...rows]));
}

async function create({ url, json }: ClientOptions, path: string): Promise<void> {
  const { name, config, initialState } = await loadConnectorFile(path);
  const { body: names } = await ask(url, 'GET', 'connectors');
  // A state is for a new connector alone: an update leaves the one it has.
  const isBegun = initialState !== undefined && !listOf(names).includes(name);
  const { text, status: answered } = isBegun
    ? await ask(url, 'POST', 'connectors', { name, config, initial_state: initialState })
    : await ask(url, 'PUT', `connectors/${segment(name)}/config`, config);
  console.log(json ? text : `${name} is ${answered === 201 ? 'created' : 'updated'}.`);
}

async function steer(
  { url, json }: ClientOptions,
  method: 'DELETE' | 'POST' | 'PUT',
  names: readonly string[],
  action: string,
  done: string,
): Promise<void> {
  for (const name of names) {
    const { text } = await ask(url, method, `connectors/${segment(name)}${action}`);
    if (!json) console.log(`${name} is being ${done}.`);
    else if (text !== '') console.log(text);
  }
}
