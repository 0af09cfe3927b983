import { systemClock } from '../foundation/clock.ts';
import { objectOf } from '../foundation/json-object.ts';
import { silentLog } from '../foundation/log.ts';
import { ask, clientCommand, listOf, segment, type ClientOptions } from './client.ts';
import type { CommandBuilder } from './command.ts';
import { loadConnectorFiles, type ConnectorFile } from './connector-files.ts';
import { EXIT } from './errors.ts';
import { pluginsOfPath } from './worker/plugin-path.ts';
import { newPlugin } from './plugin-template.ts';
import { table } from './table.ts';

/** `headwater plugins [CLASS]`: what a worker can run, or what one of them can be told; `plugins new NAME`, `plugins check FOLDER…`. */
export const buildPlugins: CommandBuilder = (done) => {
  const command = clientCommand('headwater plugins', 'Shows what a worker can run.')
    .argument('[class]', 'one of them: its properties')
    .option('--all', 'converters, transforms and predicates too', false);
  command
    .command('new <name>')
    .description('writes a package with a source and a sink, to begin a plugin with')
    .option('--folder <folder>', 'where to; default: a folder of its name')
    .action(async (name: string, { folder }: { folder?: string }) => {
      const files = await newPlugin(name, folder);
      const where = folder ?? name.replace(/^@[^/]+\//, '');
      console.log(`${where} has ${files.length} files. Its tests: cd ${where} && node --test`);
    });
  command
    .command('check <folders...>')
    .description('loads packages as a worker would; exit code 2 when one does not load')
    .action(async (folders: string[]) => {
      if (!(await checkPackages(folders))) done(EXIT.invalid);
    });
  return command.action(async (className: string | undefined) => {
    const { url, json, all } = command.opts<ClientOptions & { all: boolean }>();
    const path =
      className === undefined
        ? `connector-plugins?connectorsOnly=${!all}`
        : `connector-plugins/${segment(className)}/config`;
    const { text, body } = await ask(url, 'GET', path);
    if (json) console.log(text);
    else console.log(className === undefined ? pluginTable(body) : propertyTable(body));
  });
};

/** `headwater validate FILE…`: connectors' files, checked by a worker without creating anything. */
export const buildValidate: CommandBuilder = (done) => {
  const command = clientCommand(
    'headwater validate',
    "Checks connectors' files; exit code 2 when something is wrong.",
  ).argument('<files...>', 'files (.properties, .json, .yaml), or folders of such files');
  return command.action(async (paths: string[]) => {
    const files = await loadConnectorFiles(paths);
    for (const file of files) {
      if (!(await isValid(command.opts(), file))) done(EXIT.invalid);
    }
  });
};

async function checkPackages(folders: readonly string[]): Promise<boolean> {
  const path = { 'plugin.path': folders.join(',') };
  const { packages } = await pluginsOfPath(path, silentLog, systemClock);
  const rows = packages.flatMap(({ name, folder, plugins }) =>
    plugins.map((plugin) => [plugin.class, plugin.type, plugin.version, name ?? folder]),
  );
  if (rows.length > 0) console.log(table(['class', 'type', 'version', 'package'], rows));
  for (const { name, folder, error } of packages) {
    if (error !== undefined) console.error(`${name ?? folder}: ${error}`);
  }
  return packages.length > 0 && packages.every(({ error }) => error === undefined);
}

async function isValid(
  { url, json }: ClientOptions,
  { name, config, file }: ConnectorFile,
): Promise<boolean> {
  const path = `connector-plugins/${segment(config['connector.class'] ?? '')}/config/validate`;
  const { text, body } = await ask(url, 'PUT', path, config);
  const { configs, error_count: errors } = objectOf(body);
  if (json) console.log(text);
  else if (errors === 0) console.log(`${file}: ${name} is valid.`);
  else {
    for (const property of listOf(configs)) {
      const { name: key, errors: messages } = objectOf(objectOf(property)['value']);
      for (const message of listOf(messages)) {
        console.log(`${file}: ${name}: ${String(key)}: ${String(message)}`);
      }
    }
  }
  return errors === 0;
}

function pluginTable(body: unknown): string {
  const rows = listOf(body).map((plugin) => {
    const { class: name, type, version } = objectOf(plugin);
    return [name, type, version];
  });
  return table(['class', 'type', 'version'], rows);
}

function propertyTable(body: unknown): string {
  const rows = listOf(body).map((property) => {
    const { name, type, required, default_value: value, documentation } = objectOf(property);
    return [name, type, required === true ? 'required' : value, documentation];
  });
  return table(['property', 'type', 'default', 'what it says'], rows);
}
