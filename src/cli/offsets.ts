import { parseJson } from '../data/exact-json.ts';
import { AppError } from '../foundation/errors.ts';
import { ask, clientCommand, listOf, objectOf, segment, type ClientOptions } from './client.ts';
import { EXIT } from './errors.ts';
import { table } from './table.ts';

interface SetOptions {
  readonly partition: string;
  readonly offset: string;
}

/** `headwater offsets …`: read, alter and reset a connector's offsets; the two last when it is stopped. */
export async function offsetsCommand(argv: string[]): Promise<number> {
  const command = clientCommand('headwater offsets', "Shows and alters a connector's offsets.");
  const path = (name: string): string => `connectors/${segment(name)}/offsets`;
  const say = ({ json }: ClientOptions, text: string, body: unknown): void =>
    console.log(json ? text : String(objectOf(body)['message']));

  command
    .command('show <connector>')
    .description('where each partition is')
    .action(async (name: string) => {
      const { worker, json } = command.opts<ClientOptions>();
      const { text, body } = await ask(worker, 'GET', path(name));
      if (json) return console.log(text);
      const rows = listOf(objectOf(body)['offsets']).map((entry) => {
        const { partition, offset } = objectOf(entry);
        return [partition, offset];
      });
      console.log(table(['partition', 'offset'], rows));
    });

  command
    .command('set <connector>')
    .description('sets one partition of a stopped connector')
    .requiredOption('--partition <json>', 'the partition, as "offsets show --json" prints it')
    .requiredOption('--offset <json>', 'the offset; null forgets the partition')
    .action(async (name: string, { partition, offset }: SetOptions) => {
      const options = command.opts<ClientOptions>();
      const { text, body } = await ask(options.worker, 'PATCH', path(name), {
        offsets: [
          { partition: readJson('--partition', partition), offset: readJson('--offset', offset) },
        ],
      });
      say(options, text, body);
    });

  command
    .command('reset <connector>')
    .description('forgets all offsets of a stopped connector')
    .action(async (name: string) => {
      const options = command.opts<ClientOptions>();
      const { text, body } = await ask(options.worker, 'DELETE', path(name));
      say(options, text, body);
    });
  await command.parseAsync(argv, { from: 'user' });
  return EXIT.ok;
}

function readJson(option: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new AppError('config', 'cli.json', `${option} must be JSON.`, { cause, path: option });
  }
}
