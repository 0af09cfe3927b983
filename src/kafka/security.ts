/**
 * How a Kafka client proves who it is, from Java's client properties (`security.protocol`, `ssl.*`, `sasl.*`): neutral, for
 * every adapter.
 */
import { tlsMaterial, type TlsMaterial } from '../config/tls/tls.ts';
import type { Clock } from '../foundation/clock.ts';
import { AppError } from '../foundation/errors.ts';
import { parseJaas, type JaasConfig } from './jaas.ts';
import { tokenSource, type TokenSource } from './oauth.ts';

export type Login =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'OAUTHBEARER';
      readonly token: TokenSource;
      /** Told to the broker beside the token. */
      readonly oauthBearerExtensions: Readonly<Record<string, string>>;
    };

export interface KafkaSecurity {
  /** undefined: not encrypted. */
  readonly tls?: TlsMaterial | undefined;
  readonly login?: Login | undefined;
}

type Properties = Readonly<Record<string, string>>;

const PROTOCOLS: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];
/** Each mechanism's login module, by its simple name. */
const MODULES = {
  PLAIN: 'PlainLoginModule',
  'SCRAM-SHA-256': 'ScramLoginModule',
  'SCRAM-SHA-512': 'ScramLoginModule',
  OAUTHBEARER: 'OAuthBearerLoginModule',
} as const;
const KNOWN_MODULES: readonly string[] = Object.values(MODULES);

/** Throws `config` naming the property. Tokens are fetched when they are needed. */
export function kafkaSecurity(properties: Properties, clock: Clock): KafkaSecurity {
  const protocol = (properties['security.protocol']?.trim() || 'PLAINTEXT').toUpperCase();
  if (!PROTOCOLS.includes(protocol)) {
    throw wrong('security.protocol', `must be one of ${PROTOCOLS.join(', ')}, not ${protocol}`);
  }
  return {
    tls: protocol.endsWith('SSL') ? tlsMaterial(properties) : undefined,
    login: protocol.startsWith('SASL') ? login(properties, clock) : undefined,
  };
}

function login(properties: Properties, clock: Clock): Login {
  // Java's default is GSSAPI, which no client here has.
  const given = (properties['sasl.mechanism']?.trim() || 'PLAIN').toUpperCase();
  if (!isMechanism(given)) {
    const known = Object.keys(MODULES).join(', ');
    throw wrong('sasl.mechanism', `must be one of ${known}, not ${given}`);
  }
  const text = properties['sasl.jaas.config']?.trim() ?? '';
  const jaas = text === '' ? undefined : parseJaas(text);
  if (jaas !== undefined && KNOWN_MODULES.includes(jaas.module) && jaas.module !== MODULES[given]) {
    const problem = `${jaas.module} is not for sasl.mechanism=${given}, ${MODULES[given]} is`;
    throw wrong('sasl.jaas.config', problem);
  }
  if (given === 'OAUTHBEARER') {
    const options = jaas?.options ?? {};
    const token = tokenSource(properties, options, clock);
    return { mechanism: given, token, oauthBearerExtensions: extensions(options) };
  }
  return { mechanism: given, ...nameAndPassword(properties, jaas) };
}

function extensions(options: Properties): Properties {
  const prefix = 'extension_';
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** `sasl.username` and `sasl.password` are librdkafka's names. */
function nameAndPassword(
  properties: Properties,
  jaas: JaasConfig | undefined,
): { username: string; password: string } {
  const username = properties['sasl.username'] ?? jaas?.options['username'];
  const password = properties['sasl.password'] ?? jaas?.options['password'];
  if (username !== undefined && password !== undefined) return { username, password };
  throw wrong('sasl.jaas.config', 'there is no username and password');
}

function isMechanism(given: string): given is keyof typeof MODULES {
  return Object.hasOwn(MODULES, given);
}

function wrong(path: string, problem: string): AppError {
  return new AppError('config', 'kafka.security', `${path}: ${problem}.`, { path });
}
