/** What the definitions of converters share. */
import type { ConfigDef, ConfigKey, Properties } from '../config/definition.ts';

const ROLES = ['key', 'value', 'header'];

/** `converter.type`: every one of Connect's own converters has it first; the runtime sets it. */
export const CONVERTER_TYPE: ConfigKey = {
  name: 'converter.type',
  type: 'STRING',
  importance: 'LOW',
  documentation: 'How this converter will be used.',
  group: '',
  displayName: 'converter.type',
  check: (value) =>
    ROLES.includes(String(value)) ? undefined : `String must be one of: ${ROLES.join(', ')}`,
};

export const ONLY_ITS_TYPE: ConfigDef = [CONVERTER_TYPE];

/** A BOOLEAN property; `byDefault` when it isn't set. */
export function flag(properties: Properties, name: string, byDefault: boolean): boolean {
  const value = properties[name]?.trim().toLowerCase();
  return value === undefined || value === '' ? byDefault : value === 'true';
}
