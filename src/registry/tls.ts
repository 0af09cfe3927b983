/** `schema.registry.ssl.*`: whom a registry's client trusts and who it says it is. */
import type { ConfigDef, Properties } from '../config/definition.ts';
import { tlsKeys } from '../config/tls/keys.ts';
import { tlsMaterial, type TlsMaterial } from '../config/tls/tls.ts';

const PREFIX = 'schema.registry.ssl.';

export const REGISTRY_TLS_CONFIG: ConfigDef = tlsKeys(PREFIX, 'Schema Registry TLS');

/** undefined when nothing of it is configured; `config` errors name the property. */
export function registryTls(properties: Properties): TlsMaterial | undefined {
  if (!Object.keys(properties).some((name) => name.startsWith(PREFIX))) return undefined;
  return tlsMaterial(properties, PREFIX);
}
