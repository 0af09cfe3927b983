/** `schema.registry.ssl.*`: whom a registry's client trusts and who it says it is. */
import type { ConfigDef, ConfigType, Properties } from '../config/definition.ts';
import { tlsMaterial, type TlsMaterial } from '../config/tls/tls.ts';

const PREFIX = 'schema.registry.ssl.';

export const REGISTRY_TLS_CONFIG: ConfigDef = [
  key('truststore.location', 'STRING', 'File of the authorities to trust: PEM, PKCS12 or JKS.'),
  key('truststore.certificates', 'PASSWORD', 'The authorities themselves, in PEM.'),
  key('truststore.type', 'STRING', 'PEM, PKCS12 or JKS.'),
  key('truststore.password', 'PASSWORD', 'Password of a PKCS12 or JKS file.'),
  key(
    'keystore.location',
    'STRING',
    "File of the client's certificate and key: PEM, PKCS12 or JKS.",
  ),
  key('keystore.certificate.chain', 'PASSWORD', "The client's certificate itself, in PEM."),
  key('keystore.key', 'PASSWORD', "The client's key itself, in PEM."),
  key('keystore.type', 'STRING', 'PEM, PKCS12 or JKS.'),
  key('keystore.password', 'PASSWORD', 'Password of a PKCS12 or JKS file.'),
  key('key.password', 'PASSWORD', 'Password of an encrypted key.'),
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
export function registryTls(properties: Properties): TlsMaterial | undefined {
  if (!Object.keys(properties).some((name) => name.startsWith(PREFIX))) return undefined;
  return tlsMaterial(properties, PREFIX);
}
