import { join } from 'node:path';
import { AppError } from '../../src/foundation/errors.ts';
import { ready, requireFree, startDetached, type ProcessRecord } from './process.ts';

const READY_MS = 90_000;
const JAVA = ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const PATH = '/apis/ccompat/v7';

export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}${PATH}`;
}

/** Apicurio with its store on disk, each write forced there: it survives `kill -9`. */
export async function startRegistry(
  dir: string,
  jar: string,
  ports: { registry: number; management: number },
): Promise<ProcessRecord> {
  await requireFree('The schema registry', ports.registry);
  const store = join(dir, 'registry', 'store');
  // A property of no meaning, so that a list of processes tells whose this one is.
  const whose = `-Dheadwater.stack=${dir}`;
  return await startDetached('java', [...JAVA, whose, '-jar', jar], {
    log: logOf(dir),
    env: {
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(ports.registry),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(ports.management),
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'h2',
      APICURIO_DATASOURCE_URL: `jdbc:h2:file:${store};WRITE_DELAY=0`,
    },
  });
}

/** Answers, and holds new schemas to BACKWARD compatibility (its own default is none). */
export async function registryReady(
  dir: string,
  record: ProcessRecord,
  ports: { registry: number },
): Promise<void> {
  const url = registryUrl(ports.registry);
  await ready('The schema registry', record, logOf(dir), READY_MS, () =>
    answers(`${url}/subjects`),
  );
  const { ok, status } = await fetch(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ compatibility: 'BACKWARD' }),
  });
  if (ok) return;
  throw new AppError(
    'retriable',
    'stack.start',
    `The schema registry refused BACKWARD: ${status}.`,
  );
}

const logOf = (dir: string): string => join(dir, 'registry.log');

export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
