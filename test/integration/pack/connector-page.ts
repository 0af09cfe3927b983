/**
 * Goal: a stranger adds a connector from docs/writing-a-connector.md alone: every block of it is run, in an installed package.
 * Method: blocks with a file's name are that file (what the template wrote must be what the page shows), blocks of shell run in
 * their order; the worker runs on as in a shell of its own. Only addresses are others'.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';

interface Block {
  readonly language: string;
  /** Of a file; empty for commands. */
  readonly file: string;
  readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', text = '']) => ({ language, file, text }),
  );
}

/** Runs the page in `app`; resolves to what the commands printed. */
export async function runPage(
  page: string,
  app: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const here = (text: string): string =>
    text
      .replace('localhost:9092', process.env['KAFKA_BROKERS'] ?? '')
      .replace('http://127.0.0.1:8083', url)
      .replace(/^(topics?=.*)$/m, `$1-${port}`);
  const run = (text: string): Running => start(text, app, { ...env, HEADWATER_URL: url });
  await using workers = new AsyncDisposableStack();
  const printed: string[] = [];
  for (const { language, file, text } of blocksOf(page)) {
    const path = join(app, file);
    if (file === '' && text.includes('headwater worker')) {
      const worker = run(text);
      workers.defer(worker.end);
      await eventually(worker.said, (said) => said.includes('Worker is ready'));
    } else if (file === '') {
      expect(language).toBe('sh');
      const isLater = text.includes('connectors status');
      printed.push(await (isLater ? retried(() => run(text)) : finished(run(text))));
    } else if (existsSync(path)) {
      expect(readFileSync(path, 'utf8'), file).toBe(text);
      writeFileSync(path, here(text));
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  return printed;
}

interface Running {
  readonly exited: Promise<number | null>;
  readonly said: () => string;
  readonly end: () => Promise<void>;
}

function start(script: string, cwd: string, env: NodeJS.ProcessEnv): Running {
  // A process group, since npx puts a shell between: all of it is ended.
  const child: ChildProcess = spawn('bash', ['-ec', script], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    exited,
    said: () => said,
    end: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      await exited;
    },
  };
}

async function finished({ exited, said }: Running): Promise<string> {
  const code = await exited;
  expect(code, said()).toBe(0);
  return said();
}

/** What the worker has done is there after a while. */
async function retried(run: () => Running): Promise<string> {
  let last = '';
  await eventually(
    async () => {
      const running = run();
      const code = await running.exited;
      last = running.said();
      return `${code}: ${last}`;
    },
    (seen) => seen.startsWith('0: ') && /RUNNING.*RUNNING|"mm"/s.test(seen),
    40_000,
  );
  return last;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
