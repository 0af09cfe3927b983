import { join } from 'node:path';
import { resolvePom } from '../../../sandbox/stack/jars.ts';

/** The class path of the pom beside this file; undefined, with the reason on stderr, where it can't be resolved. */
export async function resolveInterop(): Promise<string | undefined> {
  const onProgress = (text: string): void => console.error(text);
  try {
    return await resolvePom(
      join(import.meta.dirname, 'pom.xml'),
      'interop-debezium-3.4.0',
      "Debezium's JDBC sink, Apicurio's converters and PostgreSQL",
      { dir: '', env: process.env, onProgress },
    );
  } catch (error) {
    console.error(`Debezium's jars can't be resolved: ${String(error)}`);
    return undefined;
  }
}
