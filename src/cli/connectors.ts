import type { Command } from 'commander';
import { loadPropertiesFile } from '../config/files.ts';
import { AppError } from '../foundation/errors.ts';
import { ask, clientCommand, listOf, objectOf, segment, type ClientOptions } from './client.ts';
import { EXIT } from './errors.ts';
import { table } from './table.ts';

type Options = ClientOptions & { readonly tasks?: boolean; readonly failed?: boolean };

/** `headwater connectors …`: the connectors of a running worker. */
export async function connectorsCommand(argv: string[]): Promise<number> {
  const command = clientCommand('headwater connectors', 'Shows and steers connectors.');
  const sub = (usage: string, description: string): Command =>
    command.command(usage).description(description).allowExcessArguments(false);

  sub('list', 'all connectors and their states').action(() => list(command.opts()));
  sub('show <name>', 'a configuration').action((name: string) => show(command.opts(), name));
  sub('status <name>', 'the states of a connector and its tasks').action((name: string) =>
    status(command.opts(), name),
  );
  sub('create <file>', 'creates a connector from a file, or updates it').action((file: string) =>
    create(command.opts(), file),
  );
  sub('delete <name>', 'deletes a connector').action((name: string) =>
    steer(command.opts(), 'DELETE', name, '', 'deleted'),
  );
  for (const [verb, done] of [
    ['pause', 'paused'],
    ['resume', 'resumed'],
    ['stop', 'stopped'],
  ] as const) {
    sub(`${verb} <name>`, `${verb}s a connector`).action((name: string) =>
      steer(command.opts(), 'PUT', name, `/${verb}`, done),
    );
  }
  sub('restart <name>', 'restarts a connector')
    .option('--tasks', 'its tasks too', false)
    .option('--failed', 'only what has failed', false)
    .action((name: string, { tasks = false, failed = false }: Options) =>
      steer(
        command.opts(),
        'POST',
        name,
        `/restart?includeTasks=${tasks}&onlyFailed=${failed}`,
        'restarted',
      ),
    );
  await command.parseAsync(argv, { from: 'user' });
  return EXIT.ok;
}

async function list({ worker, json }: ClientOptions): Promise<void> {
  const { text, body } = await ask(worker, 'GET', 'connectors?expand=status');
  if (json) return console.log(text);
  const rows = Object.entries(objectOf(body)).map(([name, entry]) => {
    const { connector, tasks, type } = objectOf(objectOf(entry)['status']);
    const states = listOf(tasks).map((task) => objectOf(task)['state']);
    return [name, type, objectOf(connector)['state'], states.join(', ')];
  });
  console.log(table(['name', 'type', 'state', 'tasks'], rows));
}

async function show({ worker, json }: ClientOptions, name: string): Promise<void> {
  const { text, body } = await ask(worker, 'GET', `connectors/${segment(name)}/config`);
  if (json) return console.log(text);
  for (const [key, value] of Object.entries(objectOf(body))) console.log(`${key}=${String(value)}`);
}

async function status({ worker, json }: ClientOptions, name: string): Promise<void> {
  const { text, body } = await ask(worker, 'GET', `connectors/${segment(name)}/status`);
  if (json) return console.log(text);
  const { connector, tasks } = objectOf(body);
  const row = (what: string, state: unknown): unknown[] => {
    const { state: phase, worker_id: workerId, trace } = objectOf(state);
    return [what, phase, workerId, typeof trace === 'string' ? trace.split('\n')[0] : ''];
  };
  const rows = listOf(tasks).map((task) => row(`task ${String(objectOf(task)['id'])}`, task));
  console.log(table(['', 'state', 'worker', 'why'], [row('connector', connector), ...rows]));
}

async function create({ worker, json }: ClientOptions, file: string): Promise<void> {
  const config = await loadPropertiesFile(file);
  const { name } = config;
  if (name === undefined) {
    throw new AppError('config', 'connector.name', `${file} has no name.`, {
      path: 'name',
      suggestion: 'Add name=… to it.',
    });
  }
  const { text } = await ask(worker, 'PUT', `connectors/${segment(name)}/config`, config);
  console.log(json ? text : `${name} is created.`);
}

async function steer(
  { worker, json }: ClientOptions,
  method: 'DELETE' | 'POST' | 'PUT',
  name: string,
  action: string,
  done: string,
): Promise<void> {
  const { text } = await ask(worker, method, `connectors/${segment(name)}${action}`);
  if (!json) console.log(`${name} is being ${done}.`);
  else if (text !== '') console.log(text);
}
