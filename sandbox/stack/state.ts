import { readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AppError, messageOf } from '../../src/foundation/errors.ts';
import type { ProcessRecord } from './process.ts';

/** What `up` remembers beside the data: where things listen and which processes are its own. */
export interface State {
  readonly kind: 'jvm' | 'docker';
  readonly ports: Ports;
  readonly kafka?: ProcessRecord | undefined;
  readonly registry?: ProcessRecord | undefined;
  readonly containers?: readonly string[] | undefined;
}

export interface Ports {
  readonly broker: number;
  readonly controller: number;
  readonly registry: number;
  readonly management: number;
}

const FILE = 'stack.json';
/** All that a stack ever writes into its folder. */
const OWN = [
  FILE,
  'kafka',
  'kafka.log',
  'kafka.log.old',
  'server.properties',
  'simplelogger.properties',
  'registry',
  'registry.log',
  'registry.log.old',
];

/** undefined where no stack was started; a `config` error for a state that can't be read. */
export function readState(dir: string): State | undefined {
  const path = join(dir, FILE);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as State;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('config', 'stack.state', `${path} can't be read: ${messageOf(cause)}.`, {
      cause,
      suggestion: 'End the java processes it started, then delete its folder.',
    });
  }
}

/** Replaces the file as a whole. */
export function writeState(dir: string, state: State): void {
  const path = join(dir, FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** Deletes what a stack wrote; the folder too when nothing else is in it, whatever folder was named. */
export function purge(dir: string): void {
  for (const name of OWN) rmSync(join(dir, name), { recursive: true, force: true });
  try {
    if (readdirSync(dir).length === 0) rmdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

export async function freePorts(): Promise<Ports> {
  const [broker = 0, controller = 0, registry = 0, management = 0] = await Promise.all(
    Array.from({ length: 4 }, freePort),
  );
  return { broker, controller, registry, management };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(address !== null && typeof address === 'object' ? address.port : 0),
      );
    });
  });
}
