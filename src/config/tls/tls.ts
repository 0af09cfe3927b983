/** Java's `ssl.*` properties as Node's TLS takes them. */
import { createSecureContext, type SecureVersion } from 'node:tls';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Properties } from '../definition.ts';
import { identityOf, trustOf, type Identity, type StoreFile } from './stores.ts';

/** Whom one trusts and who one is. */
export interface TlsMaterial extends Identity {
  /** PEM. Absent = the machine's own authorities. */
  readonly ca?: readonly string[] | undefined;
  readonly minVersion?: SecureVersion | undefined;
  readonly maxVersion?: SecureVersion | undefined;
  readonly ciphers?: string | undefined;
  /** Whether the other side's certificate must be for the host's name. */
  readonly checksHost: boolean;
}

/**
 * What the properties under `prefix` (`ssl.`, `listeners.https.ssl.`) say. Throws `config` naming the property: an unknown
 * type of store, a file that isn't there, a wrong password, a key that doesn't fit.
 */
export function tlsMaterial(properties: Properties, prefix = 'ssl.'): TlsMaterial {
  const given = (name: string): string | undefined => {
    const value = properties[prefix + name]?.trim();
    return value === '' ? undefined : value;
  };
  const material = {
    ca: trust(given, prefix),
    ...identity(given, prefix),
    ...versions(given('enabled.protocols'), `${prefix}enabled.protocols`),
    ciphers: given('cipher.suites')
      ?.split(/\s*,\s*/)
      .join(':'),
    checksHost: properties[`${prefix}endpoint.identification.algorithm`]?.trim() !== '',
  };
  check(material, given, prefix);
  return material;
}

/** For `tls.connect` and its like. */
export function clientTls(material: TlsMaterial): Omit<TlsMaterial, 'checksHost' | 'ca'> & {
  readonly ca?: string[];
  readonly checkServerIdentity?: () => undefined;
} {
  const { checksHost, ca, ...rest } = material;
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(checksHost ? {} : { checkServerIdentity: () => undefined }),
  };
}

type Given = (name: string) => string | undefined;

function trust(given: Given, prefix: string): readonly string[] | undefined {
  const inline = given('truststore.certificates');
  if (inline !== undefined) return [unfolded(inline)];
  const file = storeFile(given, 'truststore');
  return file && naming(`${prefix}truststore`, () => trustOf(file));
}

function identity(given: Given, prefix: string): Identity {
  const cert = given('keystore.certificate.chain');
  const key = given('keystore.key');
  if (cert !== undefined && key !== undefined) {
    return { cert: unfolded(cert), key: unfolded(key), passphrase: given('key.password') };
  }
  if (cert !== undefined || key !== undefined) {
    const [there, missing] =
      cert === undefined
        ? ['keystore.key', 'keystore.certificate.chain']
        : ['keystore.certificate.chain', 'keystore.key'];
    throw wrong(prefix + missing, `is required beside ${prefix}${there}`);
  }
  const file = storeFile(given, 'keystore');
  return file === undefined ? {} : naming(`${prefix}keystore`, () => identityOf(file));
}

function storeFile(given: Given, store: 'truststore' | 'keystore'): StoreFile | undefined {
  const location = given(`${store}.location`);
  if (location === undefined) return undefined;
  return {
    location,
    type: given(`${store}.type`),
    password: given(`${store}.password`),
    keyPassword: given('key.password'),
  };
}

/** Which of a store's properties an error is about. */
const ABOUT: Readonly<Record<string, string>> = {
  'tls.type': 'type',
  'tls.password': 'password',
};

function naming<T>(store: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const about = error instanceof AppError ? ABOUT[error.code] : undefined;
    throw wrong(`${store}.${about ?? 'location'}`, messageOf(error), error);
  }
}

function versions(
  enabled: string | undefined,
  path: string,
): Pick<TlsMaterial, 'minVersion' | 'maxVersion'> {
  if (enabled === undefined) return {};
  const found = enabled.split(',').map((each) => VERSIONS.find((known) => known === each.trim()));
  const known = found.filter((each) => each !== undefined).toSorted();
  if (known.length === 0 || known.length < found.length) {
    throw wrong(path, `must be a list of ${VERSIONS.join(', ')}`);
  }
  return { minVersion: known[0], maxVersion: known.at(-1) };
}

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const satisfies readonly SecureVersion[];

/** What Node doesn't take is found here, not when the first connection is made. */
function check(material: TlsMaterial, given: Given, prefix: string): void {
  const { checksHost: _, ca, ...context } = material;
  try {
    createSecureContext({ ...context, ...(ca === undefined ? {} : { ca: [...ca] }) });
  } catch (cause) {
    const said = messageOf(cause).replace(/^error:[^:]*:(?:[^:]*:){2}/, '');
    throw wrong(
      `${prefix}${guilty(said, material, given)}`,
      explained(said, material.passphrase),
      cause,
    );
  }
}

function guilty(said: string, { pfx }: TlsMaterial, given: Given): string {
  if (/cipher/i.test(said)) return 'cipher.suites';
  if (/mac verify|bad decrypt|passphrase|password|interrupted/i.test(said)) {
    return pfx === undefined ? 'key.password' : 'keystore.password';
  }
  if (given('keystore.location') !== undefined) return 'keystore.location';
  return given('keystore.key') === undefined ? 'truststore.certificates' : 'keystore.key';
}

function explained(said: string, password: string | undefined): string {
  if (/mac verify|bad decrypt|interrupted|passphrase/i.test(said)) {
    return password === undefined
      ? 'the key is encrypted, and there is no password'
      : 'the password is wrong';
  }
  if (/unsupported/i.test(said)) return 'it is encrypted in a way of old that is not read here';
  return said;
}

/** PEM in a properties file may be one line: Java reads it, OpenSSL doesn't. */
function unfolded(pem: string): string {
  return pem
    .replaceAll('\\n', '\n')
    .replaceAll(
      /(-----BEGIN [A-Z0-9 ]+-----)\s*([^-]+?)\s*(-----END [A-Z0-9 ]+-----)/g,
      (_, begin: string, body: string, end: string) =>
        `${begin}\n${(body.replaceAll(/\s+/g, '').match(/.{1,64}/g) ?? []).join('\n')}\n${end}\n`,
    );
}

function wrong(path: string, problem: string, cause?: unknown): AppError {
  return new AppError('config', 'config.invalid', `${path}: ${problem.replace(/\.$/, '')}.`, {
    path,
    cause,
    suggestion: 'Stores of PEM, PKCS12 and JKS are read.',
  });
}
