import { loadPropertiesFile } from '../config/files.ts';
import { AppError } from '../foundation/errors.ts';
import { ask, clientCommand, listOf, objectOf, segment, type ClientOptions } from './client.ts';
import { EXIT } from './errors.ts';
import { table } from './table.ts';

/** `headwater plugins [--all]`: what a worker can run. */
export async function pluginsCommand(argv: string[]): Promise<number> {
  const command = clientCommand('headwater plugins', 'Shows what a worker can run.')
    .option('--all', 'converters, transforms and predicates too', false)
    .parse(argv, { from: 'user' });
  const { worker, json, all } = command.opts<ClientOptions & { all: boolean }>();
  const { text, body } = await ask(worker, 'GET', `connector-plugins?connectorsOnly=${!all}`);
  if (json) {
    console.log(text);
    return EXIT.ok;
  }
  const rows = listOf(body).map((plugin) => {
    const { class: name, type, version } = objectOf(plugin);
    return [name, type, version];
  });
  console.log(table(['class', 'type', 'version'], rows));
  return EXIT.ok;
}

/** `headwater validate FILE`: a connector's file, checked by a worker without creating anything. */
export async function validateCommand(argv: string[]): Promise<number> {
  const command = clientCommand('headwater validate', "Checks a connector's file.")
    .argument('<file>', 'the file: .properties, .json or .yaml')
    .parse(argv, { from: 'user' });
  const { worker, json } = command.opts<ClientOptions>();
  const [file = ''] = command.args;
  const properties = await loadPropertiesFile(file);
  const className = properties['connector.class'];
  if (className === undefined) {
    throw new AppError('config', 'connector.class', `${file} has no connector.class.`, {
      path: 'connector.class',
      suggestion: '"headwater plugins" shows which there are.',
    });
  }
  const path = `connector-plugins/${segment(className)}/config/validate`;
  const { text, body } = await ask(worker, 'PUT', path, properties);
  const { configs, error_count: errors } = objectOf(body);
  if (json) console.log(text);
  else if (errors === 0) console.log(`${file} is valid.`);
  else {
    for (const config of listOf(configs)) {
      const { name, errors: messages } = objectOf(objectOf(config)['value']);
      for (const message of listOf(messages)) console.log(`${String(name)}: ${String(message)}`);
    }
  }
  return errors === 0 ? EXIT.ok : EXIT.invalid;
}
