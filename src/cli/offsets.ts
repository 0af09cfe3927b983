import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseJson } from '../data/exact-json.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { objectOf } from '../foundation/json-object.ts';
import { ask, clientCommand, listOf, segment, type ClientOptions } from './client.ts';
import type { CommandBuilder } from './command.ts';
import { table } from './table.ts';

interface SetOptions {
  readonly partition?: string;
  readonly offset?: string;
  readonly file?: string;
}

/** `headwater offsets …`: read, alter and reset a connector's offsets; the two last when it is stopped. */
export const buildOffsets: CommandBuilder = () => {
  const command = clientCommand('headwater offsets', "Shows and alters a connector's offsets.");
  const options = (): ClientOptions => command.opts();
  const path = (name: string): string => `connectors/${segment(name)}/offsets`;
  const sub = (usage: string, description: string): Command =>
    command.command(usage).description(description).allowExcessArguments(false);
  const say = (text: string, body: unknown): void =>
    console.log(options().json ? text : String(objectOf(body)['message']));

  sub('show <connector>', 'where each partition is').action(async (name: string) => {
    const { url, json } = options();
    const { text, body } = await ask(url, 'GET', path(name));
    if (json) return console.log(text);
    const rows = listOf(objectOf(body)['offsets']).map((entry) => {
      const { partition, offset } = objectOf(entry);
      return [partition, offset];
    });
    console.log(table(['partition', 'offset'], rows));
  });

  sub('set <connector>', 'sets partitions of a stopped connector')
    .option('--partition <json>', 'one partition, as "offsets show --json" prints it')
    .option('--offset <json>', 'its offset; null forgets the partition')
    .option('--file <file>', 'several, as "offsets show --json" prints them; - is stdin')
    .action(async (name: string, given: SetOptions) => {
      const { text, body } = await ask(options().url, 'PATCH', path(name), await offsetsOf(given));
      say(text, body);
    });

  sub('reset <connector>', 'forgets all offsets of a stopped connector').action(
    async (name: string) => {
      const { text, body } = await ask(options().url, 'DELETE', path(name));
      say(text, body);
    },
  );
  return command;
};

async function offsetsOf({ partition, offset, file }: SetOptions): Promise<unknown> {
  if (file !== undefined && partition === undefined && offset === undefined) {
    const body = readJson('--file', await read(file));
    return Array.isArray(body) ? { offsets: body } : body;
  }
  if (file === undefined && partition !== undefined && offset !== undefined) {
    return {
      offsets: [
        { partition: readJson('--partition', partition), offset: readJson('--offset', offset) },
      ],
    };
  }
  throw new AppError('config', 'cli.offsets', 'Say --partition and --offset, or --file alone.', {
    path: '--partition',
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (cause) {
    throw new AppError('config', 'cli.file', `${file} can't be read: ${messageOf(cause)}.`, {
      cause,
      path: '--file',
    });
  }
}

function readJson(option: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new AppError('config', 'cli.json', `${option} must be JSON.`, { cause, path: option });
  }
}
