import { describe, expect, test } from 'vitest';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { SalesforceError } from '../../../../sandbox/salesforce/org/types.ts';
import type { FieldDef, FieldType } from '../../../../sandbox/salesforce/org/types.ts';
import { toFieldValue } from '../../../../sandbox/salesforce/org/values.ts';

const field = (type: FieldType, more: Partial<FieldDef> = {}): FieldDef =>
  makeField({ name: 'F__c', label: 'F', type, ...more });

const errorOf = (def: FieldDef, json: unknown): string => {
  try {
    return `no error: ${String(toFieldValue(def, json))}`;
  } catch (error) {
    return error instanceof SalesforceError ? error.errorCode : String(error);
  }
};

describe('values of fields', () => {
  test.each<[FieldType, Partial<FieldDef>, unknown, unknown]>([
    ['string', {}, '', null],
    ['string', {}, 'x', 'x'],
    ['boolean', {}, 'true', true],
    ['int', {}, '12', 12],
    ['double', { precision: 18, scale: 2 }, 1.005, 1.01],
    ['double', { precision: 18, scale: 2 }, -1.005, -1.01],
    ['currency', { precision: 6, scale: 0 }, 999_999.4, 999_999],
    ['date', {}, '2024-02-29', '2024-02-29'],
    ['datetime', {}, '2024-02-29T12:00:00.999Z', Date.UTC(2024, 1, 29, 12)],
    ['datetime', {}, '2024-02-29T12:00:00.000+0200', Date.UTC(2024, 1, 29, 10)],
    ['time', {}, '23:59:59.999Z', 86_399_999],
    ['reference', {}, '001Dp00000JJkkH', '001Dp00000JJkkHIAT'],
    ['picklist', { picklistValues: ['a'] }, 'other', 'other'],
    ['multipicklist', { picklistValues: ['a', 'b'], restrictedPicklist: true }, 'b;a', 'b;a'],
  ])('%s %o reads %o as %o', (type, more, json, value) => {
    expect(toFieldValue(field(type, more), json)).toBe(value);
  });

  test.each<[FieldType, Partial<FieldDef>, unknown, string]>([
    ['string', { length: 3 }, 'four', 'STRING_TOO_LONG'],
    ['string', {}, 4, 'JSON_PARSER_ERROR'],
    ['boolean', {}, null, 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
    ['boolean', {}, 'yes', 'JSON_PARSER_ERROR'],
    ['int', {}, 1.5, 'JSON_PARSER_ERROR'],
    ['double', { precision: 5, scale: 2 }, 1000, 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['double', {}, 'abc', 'JSON_PARSER_ERROR'],
    ['date', {}, '2023-02-29', 'JSON_PARSER_ERROR'],
    ['datetime', {}, 'yesterday', 'JSON_PARSER_ERROR'],
    ['time', {}, '24:00:00.000Z', 'JSON_PARSER_ERROR'],
    ['reference', {}, 'nonsense', 'MALFORMED_ID'],
    ['email', {}, 'nobody', 'INVALID_EMAIL_ADDRESS'],
    [
      'multipicklist',
      { picklistValues: ['a'], restrictedPicklist: true },
      'a;z',
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    ],
    ['address', {}, { city: 'x' }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
  ])('%s %o refuses %o with %s', (type, more, json, code) => {
    expect(errorOf(field(type, more), json)).toBe(code);
  });
});
