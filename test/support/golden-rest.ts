/** Recorded requests and answers of a real Connect worker. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Exchange {
  /** As the file is called, without `.txt`: `051-get-connector-404`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  readonly answer: string;
}

const FOLDER = join(
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../shared'),
  'golden/connect-rest',
);

/** In the order they were made; empty where the recordings are absent. */
export function goldenExchanges(): readonly Exchange[] {
  try {
    const files = readdirSync(FOLDER).filter((file) => /^\d+-.*\.txt$/.test(file));
    return files.toSorted().map(readExchange);
  } catch {
    return [];
  }
}

function readExchange(file: string): Exchange {
  const text = readFileSync(join(FOLDER, file), 'utf8').replaceAll('\r\n', '\n');
  const [request = '', response = ''] = text.split('\n### RESPONSE\n');
  const [head = '', ...parts] = request.replace('### REQUEST\n', '').split('\n\n');
  const [line = '', ...rest] = head.split('\n');
  const [method = '', path = ''] = line.split(' ');
  const args = rest.filter((each) => each.startsWith('# curl arg: ')).map((each) => each.slice(12));
  const plain = rest.filter((each) => each !== '' && !each.startsWith('#'));
  const [status = '', ...answer] = response.split('\n\n');
  return {
    name: file.replace(/\.txt$/, ''),
    method,
    path,
    headers: Object.fromEntries([...plain, ...after(args, '-H')].map(header)),
    body: after(args, '-d')[0] ?? (parts.join('\n\n').trim() || undefined),
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(status)?.[1]),
    answer: answer.join('\n\n').trim(),
  };
}

function after(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1] ?? ''] : []));
}

function header(line: string): [string, string] {
  const [name = '', ...value] = line.split(': ');
  return [name.toLowerCase(), value.join(': ')];
}
