/** `schema.registry.ssl.*`: whom a registry's client trusts and who it says it is. */
import { readFileSync } from 'node:fs';
import type { ConfigDef, ConfigType, Properties } from '../config/definition.ts';
import { AppError, messageOf } from '../foundation/errors.ts';

export interface RegistryTls {
  /** PEM. Absent = the machine's own authorities. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** PKCS #12, instead of `cert` and `key`. */
  readonly pfx?: Buffer | undefined;
  readonly passphrase?: string | undefined;
  /** Whether the certificate must be for the host's name. */
  readonly checksHost: boolean;
}

const PREFIX = 'schema.registry.ssl.';

export const REGISTRY_TLS_CONFIG: ConfigDef = [
  key('truststore.location', 'STRING', 'File of the authorities to trust, in PEM.'),
  key('truststore.certificates', 'PASSWORD', 'The authorities themselves, in PEM.'),
  key('truststore.type', 'STRING', 'PEM. A Java key store is to be converted.'),
  key('keystore.location', 'STRING', "File of the client's certificate and key: PEM or PKCS12."),
  key('keystore.certificate.chain', 'PASSWORD', "The client's certificate itself, in PEM."),
  key('keystore.key', 'PASSWORD', "The client's key itself, in PEM."),
  key('keystore.type', 'STRING', 'PEM or PKCS12.'),
  key('keystore.password', 'PASSWORD', 'Password of a PKCS12 file.'),
  key('key.password', 'PASSWORD', 'Password of an encrypted key in PEM.'),
  {
    ...key(
      'endpoint.identification.algorithm',
      'STRING',
      'https, or empty where the name of the host is not checked.',
    ),
    default: 'https',
  },
];

function key(name: string, type: ConfigType, documentation: string): ConfigDef[number] {
  return {
    name: PREFIX + name,
    type,
    default: null,
    importance: 'MEDIUM',
    documentation,
    group: 'Schema Registry TLS',
    displayName: PREFIX + name,
  };
}

/** undefined when nothing of it is configured; `config` errors name the property. */
export function registryTls(properties: Properties): RegistryTls | undefined {
  if (!Object.keys(properties).some((name) => name.startsWith(PREFIX))) return undefined;
  const given = (name: string): string | undefined => {
    const value = properties[PREFIX + name]?.trim();
    return value === '' ? undefined : value;
  };
  const isPfx = storeType(given('keystore.type'), 'keystore.type') === 'PKCS12';
  if (storeType(given('truststore.type'), 'truststore.type') === 'PKCS12') {
    throw wrong('truststore.type', 'must be PEM');
  }
  const identity = given('keystore.location');
  const pem =
    identity === undefined || isPfx ? undefined : read(identity, 'keystore.location').toString();
  const truststore = given('truststore.location');
  return {
    ca:
      given('truststore.certificates') ??
      (truststore === undefined ? undefined : read(truststore, 'truststore.location').toString()),
    cert: given('keystore.certificate.chain') ?? pem,
    key: given('keystore.key') ?? pem,
    pfx: identity !== undefined && isPfx ? read(identity, 'keystore.location') : undefined,
    passphrase: isPfx ? given('keystore.password') : given('key.password'),
    checksHost: properties[`${PREFIX}endpoint.identification.algorithm`]?.trim() !== '',
  };
}

function storeType(given: string | undefined, property: string): 'PEM' | 'PKCS12' {
  const type = (given ?? 'PEM').toUpperCase();
  if (type === 'PEM' || type === 'PKCS12') return type;
  throw wrong(property, `${type} is not read here`);
}

function read(file: string, property: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw wrong(property, messageOf(cause));
  }
}

function wrong(property: string, problem: string): AppError {
  return new AppError('config', 'config.invalid', `${PREFIX}${property}: ${problem}.`, {
    path: PREFIX + property,
    suggestion: 'Use PEM files: keytool and openssl convert Java key stores.',
  });
}
