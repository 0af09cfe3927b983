/** The keys that `tlsMaterial` reads, in the JVM clients' names and types. */
import type { ConfigDef, ConfigType } from '../definition.ts';

const STORE_TYPE = 'What that file is: JKS, PKCS12 or PEM. Unset: what its bytes say.';
const STORE_PASSWORD = 'The password of that file.';

const KEYS: readonly (readonly [name: string, type: ConfigType, documentation: string])[] = [
  [
    'truststore.location',
    'STRING',
    'The file of the certificates to trust. Unset: those that Node trusts.',
  ],
  ['truststore.type', 'STRING', STORE_TYPE],
  ['truststore.password', 'PASSWORD', STORE_PASSWORD],
  ['truststore.certificates', 'PASSWORD', 'The certificates to trust themselves, as PEM.'],
  ['keystore.location', 'STRING', "The file of one's own certificate and key."],
  ['keystore.type', 'STRING', STORE_TYPE],
  ['keystore.password', 'PASSWORD', STORE_PASSWORD],
  ['keystore.certificate.chain', 'PASSWORD', "One's own certificate itself, as PEM."],
  ['keystore.key', 'PASSWORD', 'Its private key itself, as PEM.'],
  ['key.password', 'PASSWORD', 'The password of the private key.'],
  ['enabled.protocols', 'LIST', 'The versions of TLS: TLSv1.2, TLSv1.3. Unset: those of Node.'],
  ['cipher.suites', 'LIST', "OpenSSL's or IANA's names of cipher suites. Unset: those of Node."],
  [
    'endpoint.identification.algorithm',
    'STRING',
    "https: the other side's certificate must be for its host name. Empty: the name is not looked at.",
  ],
];

/** Under `prefix`: `ssl.`, `listeners.https.ssl.`, `schema.registry.ssl.`. */
export function tlsKeys(prefix: string, group = 'Security'): ConfigDef {
  return KEYS.map(([name, type, documentation]) => ({
    name: prefix + name,
    type,
    default: name === 'endpoint.identification.algorithm' ? 'https' : null,
    importance: 'LOW',
    documentation,
    group,
    displayName: prefix + name,
  }));
}
