/** The real `headwater` command as a child process. */
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { eventually } from './eventually.ts';

const BIN = join(import.meta.dirname, '../../bin/headwater.js');
/** A folder in which what processes log stays, to be read when a test has failed. */
const LOGS = process.env['HEADWATER_TEST_LOGS'];
const MAIN = join(import.meta.dirname, '../../src/main.ts');

export interface HeadwaterProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** All of it so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

export function headwater(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): HeadwaterProcess {
  return watched(spawnNode([BIN, ...args], env));
}

/** Without the launcher between: signals, SIGSTOP too, reach the worker itself. */
export function headwaterItself(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): HeadwaterProcess {
  return watched(spawnNode([MAIN, ...args], env));
}

type Piped = ChildProcessByStdio<null, Readable, Readable>;

function spawnNode(args: readonly string[], env: Readonly<Record<string, string>>): Piped {
  return spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function watched(child: Piped): HeadwaterProcess {
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
    if (LOGS !== undefined) appendFileSync(join(LOGS, `${child.pid}.log`), data);
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    stdout: () => out,
    stderr: () => err,
    exited,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Files in a new folder; returns their paths. */
export function files(contents: Readonly<Record<string, string>>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-cli-'));
  return Object.fromEntries(
    Object.entries(contents).map(([name, content]) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return [name, path];
    }),
  );
}

/** A worker's file: a free port, offsets beside it. */
export function workerFile(lines: readonly string[] = []): string {
  const path = files({ 'worker.properties': '' })['worker.properties'] ?? '';
  const usual = [
    `bootstrap.servers=${process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092'}`,
    'listeners=http://127.0.0.1:0',
    `offset.storage.file.filename=${path}.offsets`,
    'key.converter=org.apache.kafka.connect.storage.StringConverter',
    'value.converter=org.apache.kafka.connect.storage.StringConverter',
  ];
  writeFileSync(path, [...usual, ...lines].join('\n'));
  return path;
}

/** The URL a started worker says it is ready at. */
export async function readyUrl(worker: HeadwaterProcess): Promise<string> {
  const ready = /Worker is ready at (https?:\S+?)"/;
  const text = await eventually(worker.stderr, (seen) => ready.test(seen));
  return ready.exec(text)?.[1] ?? '';
}
