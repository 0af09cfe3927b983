/** Secrets in properties: hidden when shown, kept when the hidden text comes back. */
import type { ConfigDef, Properties } from './definition.ts';

export const HIDDEN = '[hidden]';

/** Names that are taken for secrets where no definition says otherwise. */
const SECRET_NAME = /password|passphrase|secret|token|credential|\.key$|jaas|user\.info/i;

/** A whole reference: nothing secret in it. */
const REFERENCE = /^\s*\$\{[^}]+\}\s*$/;

/**
 * The properties with every secret as `[hidden]`: PASSWORD by definition; by name where there is no
 * definition (clients' overrides, converters' options). References `${…}` are returned as written.
 */
export function hideSecrets(def: ConfigDef, properties: Properties): Properties {
  const isSecret = secretNames(def);
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      isSecret(name) && value !== '' && !REFERENCE.test(value) ? HIDDEN : value,
    ]),
  );
}

/** `next` with each `[hidden]` replaced by what `previous` has there. */
export function restoreHidden(previous: Properties, next: Properties): Properties {
  return Object.fromEntries(
    Object.entries(next).map(([name, value]) => [
      name,
      value === HIDDEN ? (previous[name] ?? value) : value,
    ]),
  );
}

function secretNames(def: ConfigDef): (name: string) => boolean {
  const types = new Map(def.map((key) => [key.name, key.type]));
  return (name) => {
    const type = types.get(name);
    return type === undefined ? SECRET_NAME.test(name) : type === 'PASSWORD';
  };
}
