/** What a worker's properties say about its REST API. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createServer } from 'node:net';
import { advertised, type Advertised } from '../../config/advertised.ts';
import type { Properties } from '../../config/definition.ts';
import { parseListeners, type Listener } from '../../config/listeners.ts';
import { parseProperties } from '../../config/properties-file.ts';
import { lazyFetch, type Fetch } from '../../config/tls/fetch.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { parseJaas } from '../../kafka/jaas.ts';
import type { Users } from '../../rest/basic-auth.ts';
import type { RestOptions } from '../../rest/listen.ts';
import { restTls, serverTls } from '../../rest/tls.ts';

export interface RestSetup extends Advertised {
  readonly options: Pick<RestOptions, 'listeners' | 'https' | 'admin' | 'users' | 'cors'>;
  /** Asks the group's other workers. */
  readonly fetch: Fetch | undefined;
}

const EXTENSION = 'BasicAuthSecurityRestExtension';
const JAVA_EXTENSION = `org.apache.kafka.connect.rest.basic.auth.extension.${EXTENSION}`;
const USERS_FILE = 'rest.basic.auth.file';

/** Throws `config` naming the property. `environment`: where Java's users name their JAAS file. */
export async function restSetup(
  properties: Properties,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RestSetup> {
  const listeners = await withPorts(parseListeners(properties['listeners'] ?? ''));
  const hasHttps = listeners.some(({ scheme }) => scheme === 'https');
  return {
    ...advertised(properties, listeners, hostname()),
    fetch: hasHttps ? lazyFetch(restTls(properties, 'listeners.https.ssl.')) : undefined,
    options: {
      listeners,
      https: hasHttps ? serverTls(properties, 'listeners.https.ssl.') : undefined,
      admin: await adminOf(properties),
      users: usersOf(properties, environment),
      cors: {
        origin: properties['access.control.allow.origin'] ?? '',
        methods: properties['access.control.allow.methods'] ?? '',
      },
    },
  };
}

async function adminOf(properties: Properties): Promise<RestOptions['admin']> {
  const given = properties['admin.listeners']?.trim();
  if (given === undefined) return undefined;
  if (given === '') return { listeners: [] };
  const listeners = await withPorts(parseListeners(given, 'admin.listeners'));
  const hasHttps = listeners.some(({ scheme }) => scheme === 'https');
  return {
    listeners,
    https: hasHttps ? serverTls(properties, 'admin.listeners.https.ssl.') : undefined,
  };
}

function usersOf(
  properties: Properties,
  environment: Readonly<Record<string, string | undefined>>,
): Users | undefined {
  const extensions = (properties['rest.extension.classes'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = extensions.find((name) => name !== EXTENSION && name !== JAVA_EXTENSION);
  if (unknown !== undefined) {
    const path = 'rest.extension.classes';
    const message = `${path}: there is no REST extension ${unknown}.`;
    throw new AppError('config', 'rest.extension', message, {
      path,
      suggestion: `This worker has ${EXTENSION}.`,
    });
  }
  if (extensions.length === 0) return undefined;
  const [, jaas] =
    /-Djava\.security\.auth\.login\.config=(\S+)/.exec(environment['KAFKA_OPTS'] ?? '') ?? [];
  const file = properties[USERS_FILE] ?? jaas;
  if (file === undefined) throw noUsers(`is required for ${EXTENSION}`);
  const text = read(file);
  const [, entry] = /\bKafkaConnect\s*\{([^}]*)\}/.exec(text) ?? [];
  const users = parseProperties(entry === undefined ? text : read(usersFileOf(entry)));
  if (Object.keys(users).length > 0) return new Map(Object.entries(users));
  throw noUsers(`${file} names no user`);
}

function usersFileOf(entry: string): string {
  const { options } = parseJaas(entry.trim());
  const file = options['file'];
  if (file === undefined) throw noUsers('the entry KafkaConnect has no file="…"');
  return file;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw noUsers(messageOf(cause), cause);
  }
}

function noUsers(problem: string, cause?: unknown): AppError {
  const separator = problem.startsWith('is ') ? ' ' : ': ';
  return new AppError('config', 'rest.users', `${USERS_FILE}${separator}${problem}.`, {
    cause,
    path: USERS_FILE,
    suggestion: 'It is a file of lines user=password.',
  });
}

/** Port 0 as a free one, since statuses show the address from the start. */
async function withPorts(listeners: readonly Listener[]): Promise<readonly Listener[]> {
  return await Promise.all(
    listeners.map(async (each) =>
      each.port === 0 ? { ...each, port: await freePort(each) } : each,
    ),
  );
}

function freePort({ host }: Listener): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: host === '' ? undefined : host, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
