import type { ConfigDef, ConfigKey } from './definition.ts';
import type { ConfigKeyInfo } from './validation.ts';

/** Definitions as REST shows them, in the definition's order; properties in Connect's order. */
export function configKeys(def: ConfigDef): readonly ConfigKeyInfo[] {
  const places = new Map<string, number>();
  return def.map((key) => {
    const place = (places.get(key.group) ?? 0) + 1;
    places.set(key.group, place);
    return keyInfo(key, key.order ?? (key.group === '' ? -1 : place));
  });
}

function keyInfo(key: ConfigKey, order: number): ConfigKeyInfo {
  return {
    name: key.name,
    type: key.type,
    required: key.default === undefined,
    default_value: defaultText(key),
    importance: key.importance,
    documentation: key.documentation,
    group: key.group === '' ? null : key.group,
    order_in_group: order,
    width: key.width ?? (key.group === '' ? 'NONE' : 'MEDIUM'),
    display_name: key.displayName,
    dependents: key.dependents ?? [],
  };
}

function defaultText(key: ConfigKey): string | null {
  if (key.default === undefined || key.default === null) return null;
  return key.type === 'PASSWORD' ? '[hidden]' : key.default;
}
