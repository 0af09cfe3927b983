import { join } from 'node:path';
import { ready, startDetached, type ProcessRecord } from './process.ts';

const READY_MS = 90_000;
const JAVA = ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const PATH = '/apis/ccompat/v7';

export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}${PATH}`;
}

/** Apicurio with its store on disk, each write forced there, and BACKWARD compatibility. */
export async function startRegistry(
  dir: string,
  jar: string,
  ports: { registry: number; management: number },
): Promise<ProcessRecord> {
  const log = join(dir, 'registry.log');
  const store = join(dir, 'registry', 'store');
  // A property of no meaning marks the process as this stack's.
  const mark = `-Dheadwater.stack=${dir}`;
  const record = await startDetached('java', [...JAVA, mark, '-jar', jar], {
    log,
    mark,
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
  const url = registryUrl(ports.registry);
  await ready('The schema registry', record, log, READY_MS, () => answers(`${url}/subjects`));
  await fetch(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ compatibility: 'BACKWARD' }),
  });
  return record;
}

export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
