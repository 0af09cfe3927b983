/** JSON as REST clients send it → the stored value of a field, or Salesforce's error. */
import { normalizeId } from './ids.ts';
import { masked } from './mask.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue } from './types.ts';

const EMAIL = /^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]+$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?$/;
const DAY_MS = 86_400_000;

/** "" is null, as everywhere in Salesforce. Times of day and instants are truncated as Salesforce stores them. */
export function toFieldValue(field: FieldDef, json: unknown): FieldValue {
  if (json === null || json === undefined || json === '') return emptyValue(field);
  switch (field.type) {
    case 'boolean':
      return toBoolean(field, json);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return toNumber(field, json);
    case 'date':
      return toDate(field, json);
    case 'datetime':
      return toDateTime(field, json);
    case 'time':
      return toTime(field, json);
    case 'reference':
    case 'id':
      return toId(field, json);
    case 'multipicklist':
    case 'picklist':
      return toPicklist(field, toText(field, json));
    case 'email':
      return toEmail(field, toText(field, json));
    case 'string':
    case 'textarea':
    case 'combobox':
    case 'phone':
    case 'url':
      return toText(field, json);
    case 'encryptedstring':
      return masked(field, toText(field, json));
    case 'base64':
      return toBase64(field, json);
    case 'address':
    case 'location':
      throw notWritable(field);
  }
}

function emptyValue(field: FieldDef): FieldValue {
  if (field.type !== 'boolean') return null;
  throw new SalesforceError(
    400,
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    `${field.label}: value not of required type: `,
    [field.name],
  );
}

function toText(field: FieldDef, json: unknown): string {
  if (typeof json !== 'string') throw cannotDeserialize(field, json);
  if (json.length <= field.length || field.length === 0) return json;
  throw new SalesforceError(
    400,
    'STRING_TOO_LONG',
    `${field.label}: data value too large: ${json.slice(0, 255)} (max length=${field.length})`,
    [field.name],
  );
}

function toEmail(field: FieldDef, text: string): string {
  if (EMAIL.test(text)) return text;
  throw new SalesforceError(
    400,
    'INVALID_EMAIL_ADDRESS',
    `${field.label}: invalid email address: ${text}`,
    [field.name],
  );
}

function toPicklist(field: FieldDef, text: string): string {
  if (!field.restrictedPicklist) return text;
  const chosen = field.type === 'multipicklist' ? text.split(';') : [text];
  const bad = chosen.find((value) => !field.picklistValues.includes(value));
  if (bad === undefined) return text;
  throw new SalesforceError(
    400,
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    `${field.label}: bad value for restricted picklist field: ${bad}`,
    [field.name],
  );
}

function toBoolean(field: FieldDef, json: unknown): boolean {
  if (typeof json === 'boolean') return json;
  if (json === 'true' || json === 'false') return json === 'true';
  throw cannotDeserialize(field, json);
}

function toNumber(field: FieldDef, json: unknown): number {
  const value = typeof json === 'string' && json.trim() !== '' ? Number(json) : json;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw cannotDeserialize(field, json);
  if (field.type === 'int') return toInteger(field, value, json);
  const whole = field.precision === 0 ? 18 : field.precision - field.scale;
  const rounded = field.precision === 0 ? value : roundHalfUp(value, field.scale);
  if (Math.abs(rounded) >= 10 ** whole) throw outOfRange(field, value);
  return rounded;
}

function toInteger(field: FieldDef, value: number, json: unknown): number {
  if (!Number.isInteger(value)) throw cannotDeserialize(field, json);
  const digits = field.precision === 0 ? 9 : field.precision;
  const limit = Math.min(10 ** digits, 2 ** 31);
  if (Math.abs(value) >= limit) throw outOfRange(field, value);
  return value;
}

/** Decimal rounding by the shortest decimal form, so that 1.005 with scale 2 is 1.01 as a decimal database has it. */
function roundHalfUp(value: number, scale: number): number {
  const text = String(Math.abs(value));
  const fraction = text.split('.')[1];
  if (text.includes('e') || fraction === undefined || fraction.length <= scale) return value;
  const shifted = Math.round(Number(`${Math.abs(value)}e${scale}`));
  return Math.sign(value) * Number(`${shifted}e-${scale}`);
}

function toDate(field: FieldDef, json: unknown): string {
  if (typeof json !== 'string') throw cannotDeserialize(field, json);
  const day = json.length > 10 && DATETIME.test(json) ? json.slice(0, 10) : json;
  const match = DATE.exec(day);
  const ms = match === null ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day) {
    throw cannotDeserialize(field, json);
  }
  return day;
}

/** Whole seconds: Salesforce drops the milliseconds. */
function toDateTime(field: FieldDef, json: unknown): number {
  if (typeof json !== 'string') throw cannotDeserialize(field, json);
  if (DATE.test(json)) return Date.parse(`${toDate(field, json)}T00:00:00Z`);
  const ms = DATETIME.test(json) ? Date.parse(json.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) : NaN;
  if (Number.isNaN(ms)) throw cannotDeserialize(field, json);
  return Math.floor(ms / 1000) * 1000;
}

function toTime(field: FieldDef, json: unknown): number {
  const match = typeof json === 'string' ? TIME.exec(json) : null;
  if (match === null) throw cannotDeserialize(field, json);
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  const ms =
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Number(fraction.padEnd(3, '0'));
  if (ms >= DAY_MS || Number(minutes) > 59 || Number(seconds) > 59) {
    throw cannotDeserialize(field, json);
  }
  return ms;
}

function toBase64(field: FieldDef, json: unknown): string {
  if (typeof json !== 'string') throw cannotDeserialize(field, json);
  const text = json.replaceAll(/\s/g, '');
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
  throw new SalesforceError(400, 'JSON_PARSER_ERROR', `${field.label}: value is not base64`, [
    field.name,
  ]);
}

function toId(field: FieldDef, json: unknown): string {
  if (typeof json !== 'string') throw cannotDeserialize(field, json);
  const id = normalizeId(json);
  if (id !== undefined) return id;
  throw new SalesforceError(
    400,
    'MALFORMED_ID',
    `${field.label}: id value of incorrect type: ${json}`,
    [field.name],
  );
}

function outOfRange(field: FieldDef, value: number): SalesforceError {
  return new SalesforceError(
    400,
    'NUMBER_OUTSIDE_VALID_RANGE',
    `${field.label}: value outside of valid range on numeric field: ${value}`,
    [field.name],
  );
}

/** The REST parser's words; it knows the place in the body, which is lost here. */
function cannotDeserialize(field: FieldDef, json: unknown): SalesforceError {
  const scalar = ['string', 'number', 'boolean'].includes(typeof json);
  const shown = scalar ? ` value ${String(json as string | number | boolean)}` : '';
  return new SalesforceError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${field.type} from ${tokenOf(json)}${shown} or request may be missing a required field at [line:1, column:1]`,
    [field.name],
  );
}

function tokenOf(json: unknown): string {
  if (typeof json === 'string') return 'VALUE_STRING';
  if (Number.isInteger(json)) return 'VALUE_NUMBER_INT';
  if (typeof json === 'number') return 'VALUE_NUMBER_FLOAT';
  if (typeof json === 'boolean') return json ? 'VALUE_TRUE' : 'VALUE_FALSE';
  return Array.isArray(json) ? 'START_ARRAY' : 'START_OBJECT';
}

export function notWritable(...fields: readonly Pick<FieldDef, 'name'>[]): SalesforceError {
  const names = fields.map((field) => field.name);
  return new SalesforceError(
    400,
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    names,
  );
}
