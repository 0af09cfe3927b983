import { spawn } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../src/foundation/errors.ts';
import type { StackOptions } from './types.ts';

export const KAFKA_VERSION = '4.3.1';
/** The newest registry that runs on Java 17. */
export const APICURIO_VERSION = '3.0.9';

/**
 * The broker's class path. Jars are in the user's cache, resolved by Maven the first time. Several
 * processes may do so at once: each resolves into a folder of its own and the first to finish moves it
 * in place.
 */
export async function resolveKafka(options: StackOptions): Promise<string> {
  const pom = join(import.meta.dirname, 'pom.xml');
  return await resolvePom(pom, `kafka-${KAFKA_VERSION}`, `Kafka ${KAFKA_VERSION}`, options);
}

/** The class path that a pom's dependencies make; `name` is its folder in the cache, so a version belongs in it. */
export async function resolvePom(
  pom: string,
  name: string,
  what: string,
  options: StackOptions,
): Promise<string> {
  const folder = join(cacheFolder(options.env), name);
  await provide(folder, what, options, (into) => fetchJars(pom, into));
  return join(folder, '*');
}

/** The registry's runnable jar, likewise. */
export async function resolveRegistry(options: StackOptions): Promise<string> {
  const folder = join(cacheFolder(options.env), `apicurio-${APICURIO_VERSION}`);
  await provide(folder, `Apicurio Registry ${APICURIO_VERSION}`, options, fetchRegistry);
  const files = await readdir(folder, { recursive: true });
  const runner = files.find((file) => file.endsWith('-runner.jar'));
  if (runner !== undefined) return join(folder, runner);
  throw new AppError('fatal', 'stack.registry', `${folder} holds no registry.`, {
    suggestion: 'Delete it, and it is resolved again.',
  });
}

function cacheFolder(env: StackOptions['env']): string {
  const base =
    env['HEADWATER_CACHE'] || join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headwater');
  return join(base, 'jvm');
}

async function provide(
  folder: string,
  what: string,
  { onProgress }: StackOptions,
  resolve: (into: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(join(folder, '..'), { recursive: true });
  const into = await mkdtemp(`${folder}-`);
  const started = performance.now();
  onProgress(`Resolving ${what} with Maven (once; it is cached) …`);
  const ticker = setInterval(() => {
    onProgress(`Resolving ${what} … ${Math.round((performance.now() - started) / 1000)} s`);
  }, 10_000);
  try {
    await resolve(into);
    await rename(into, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    clearInterval(ticker);
    await rm(into, { recursive: true, force: true });
  }
}

async function fetchJars(pom: string, folder: string): Promise<void> {
  const work = await mkdtemp(`${folder}-pom-`);
  try {
    // Maven writes beside the pom, and the package may be read-only.
    await copyFile(pom, join(work, 'pom.xml'));
    await run('mvn', [
      '-B',
      '-q',
      '-f',
      join(work, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}`,
      '-DincludeScope=runtime',
    ]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchRegistry(folder: string): Promise<void> {
  const artifact = `io.apicurio:apicurio-registry-app:${APICURIO_VERSION}:tar.gz:all`;
  await run('mvn', [
    '-B',
    '-q',
    'dependency:copy',
    `-Dartifact=${artifact}`,
    `-DoutputDirectory=${folder}`,
  ]);
  const archive = join(folder, `apicurio-registry-app-${APICURIO_VERSION}-all.tar.gz`);
  await run('tar', ['xzf', archive, '-C', folder]);
  await rm(archive);
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-2_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (cause) => reject(needed(command, cause)));
    child.once('exit', (code) => {
      if (code === 0) {
        resolve();
        return;
      }
      reject(new AppError('retriable', 'stack.resolve', `${command} failed:\n${output.trim()}`));
    });
  });
}

/** One message that says what to install, or which variables make it needless. */
export function needed(command: string, cause: unknown): AppError {
  return new AppError(
    'retriable',
    'stack.tools',
    `${command} isn't there, and no Docker daemon answers: a local Kafka needs JDK 17 or newer and Maven, or Docker.`,
    {
      cause,
      suggestion:
        'Install them, or set KAFKA_BROKERS and SCHEMA_REGISTRY_URL to a Kafka and a registry you have.',
    },
  );
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
