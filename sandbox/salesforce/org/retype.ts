import { makeField } from './field-spec.ts';
import type { RetypedField } from './schema.ts';
import type { FieldDef, FieldType, FieldValue } from './types.ts';
import { toFieldValue } from './values.ts';

const LOST_EITHER_WAY: readonly FieldType[] = ['date', 'datetime'];
const LOST_FROM: readonly FieldType[] = ['boolean', 'multipicklist'];
const KEPT_FROM_PICKLIST: readonly FieldType[] = ['boolean', 'multipicklist'];

/** Whether Salesforce gives the values up where a custom field becomes one of another type. */
export function losesValues(from: FieldType, to: FieldType): boolean {
  if (from === to || (from === 'picklist' && KEPT_FROM_PICKLIST.includes(to))) return false;
  if (LOST_FROM.includes(from)) return true;
  return LOST_EITHER_WAY.includes(from) || LOST_EITHER_WAY.includes(to);
}

/** `field` with another type, keeping what both types have. */
export function retype(field: FieldDef, type: FieldType, length?: number): RetypedField {
  const fresh = makeField({ name: field.name, label: field.label, type });
  const numeric = type === 'double' || type === 'currency' || type === 'percent';
  const retyped: FieldDef = {
    ...field,
    type,
    length: length ?? fresh.length,
    precision: numeric ? field.precision || 18 : 0,
    scale: numeric ? field.scale : 0,
    nillable: fresh.nillable && field.nillable,
    defaultedOnCreate: fresh.defaultedOnCreate,
    defaultValue: fresh.defaultValue,
    restrictedPicklist: false,
    extraTypeInfo: type === 'textarea' && (length ?? 0) > 255 ? 'plaintextarea' : null,
  };
  return { field: retyped, convert: (value) => convertValue(field, retyped, value) };
}

function convertValue(from: FieldDef, to: FieldDef, value: FieldValue): FieldValue {
  if (value === null || losesValues(from.type, to.type)) return to.defaultValue;
  try {
    return toFieldValue(to, to.type === from.type ? value : asJson(value, to));
  } catch {
    return to.defaultValue;
  }
}

/** The value as REST would show it, which is what the new type reads. */
function asJson(value: string | number | boolean, to: FieldDef): unknown {
  const text = !['boolean', 'int', 'double', 'currency', 'percent'].includes(to.type);
  return text ? String(value) : value;
}
