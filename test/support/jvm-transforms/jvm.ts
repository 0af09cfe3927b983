/** Connect's own transforms and converters on a JVM: one start for any number of cases. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { resolvePom } from '../../../sandbox/stack/jars.ts';

export interface Answer {
  readonly error?: string;
  readonly errorClass?: string;
  readonly [key: string]: unknown;
}

const ANSWERS_WITHIN_MS = 120_000;
/** What the pom beside this file names; its folder in the cache. */
const JARS = 'connect-transforms-4.3.1';

/** An answer per case, in their order. Its jars are resolved by Maven the first time. */
export async function askJvm(cases: readonly unknown[]): Promise<readonly Answer[]> {
  const onProgress = (text: string): void => console.error(text);
  const options = { dir: '', env: process.env, onProgress };
  const pom = join(import.meta.dirname, 'pom.xml');
  const classPath = await resolvePom(pom, JARS, "Connect's transforms", options);
  const source = join(import.meta.dirname, 'Transforms.java');
  // Texts of dates and the order of names depend on where a JVM thinks it is.
  const place = ['-Duser.timezone=UTC', '-Duser.language=en', '-Duser.country=US'];
  const child = spawn('java', ['-Xmx256m', ...place, '-cp', classPath, source], {
    timeout: ANSWERS_WITHIN_MS,
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(cases.map((given) => `${JSON.stringify(given)}\n`).join(''));
  if ((await ended) !== 0) throw new Error(`java failed:\n${err.slice(-4_000)}`);
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Answer);
}
