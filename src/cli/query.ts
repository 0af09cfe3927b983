import { InvalidArgumentError } from 'commander';
import { AppError } from '../foundation/errors.ts';
import { objectOf } from '../foundation/json-object.ts';
import { ask, clientCommand, listOf, segment, type ClientOptions } from './client.ts';
import type { CommandBuilder } from './command.ts';
import { table } from './table.ts';

type Options = ClientOptions & { readonly connector?: string; readonly maxRows?: number };

/** `headwater query SQL`: a SELECT over what a sink has written, asked of the worker that runs it. */
export const buildQuery: CommandBuilder = () => {
  const command = clientCommand('headwater query', 'Asks a warehouse sink by SQL (SELECT only).')
    .argument('<sql>', 'the statement')
    .option('--connector <name>', 'the sink (default: the only DuckDbSink)')
    .option('--max-rows <n>', 'at most this many rows (default: 1000)', whole);
  return command.action(async (sql: string) => {
    const { url, json, connector, maxRows } = command.opts<Options>();
    const name = connector ?? (await onlySink(url));
    const path = `headwater/v1/connectors/${segment(name)}/query`;
    const { text, body } = await ask(url, 'POST', path, {
      sql,
      ...(maxRows === undefined ? {} : { maxRows }),
    });
    console.log(json ? text : screen(body));
  });
};

function screen(body: unknown): string {
  const { columns, rows, truncated } = objectOf(body);
  const head = listOf(columns).map((column) => String(objectOf(column)['name']));
  const all = listOf(rows).map(listOf);
  const more = truncated === true ? ', more were there (--max-rows)' : '';
  return `${table(head, all)}\n(${all.length} ${all.length === 1 ? 'row' : 'rows'}${more})`;
}

async function onlySink(url: string): Promise<string> {
  const { body } = await ask(url, 'GET', 'connectors?expand=info');
  const sinks = Object.entries(objectOf(body)).filter(([, entry]) => {
    const { config } = objectOf(objectOf(entry)['info']);
    return /(^|\.)DuckDbSink(Connector)?$/.test(String(objectOf(config)['connector.class']));
  });
  const [first, second] = sinks;
  if (first !== undefined && second === undefined) return first[0];
  throw new AppError(
    'config',
    'cli.connector',
    first === undefined
      ? 'The worker runs no DuckDbSink.'
      : `The worker runs several DuckDbSinks: ${sinks.map(([name]) => name).join(', ')}.`,
    { path: '--connector', suggestion: 'Name the sink with --connector.' },
  );
}

function whole(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
