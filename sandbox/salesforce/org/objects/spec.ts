import { makeField, parseFields } from '../field-spec.ts';
import type { Abilities, FieldDef, ObjectDef } from '../types.ts';

/** A standard object, written down; `fields` is in the format of `field-spec.ts`. */
export interface ObjectSpec {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly keyPrefix: string;
  readonly fields: string;
  /** Whether Salesforce offers change events for it (default true). */
  readonly changeEvents?: boolean;
  /** What callers can't do with its records. */
  readonly abilities?: Abilities;
}

/** Rows that the server alone makes. */
export const READ_ONLY: Abilities = { createable: false, updateable: false, deletable: false };
/** Rows of setup: deleted for good, not searched. */
export const SETUP: Abilities = { undeletable: false, searchable: false };

export function standardObject(spec: ObjectSpec, features: ReadonlySet<string>): ObjectDef {
  return {
    name: spec.name,
    label: spec.label,
    labelPlural: spec.labelPlural,
    keyPrefix: spec.keyPrefix,
    kind: 'standard',
    fields: withCurrency(
      spec.name,
      parseFields(spec.fields, features, spec.abilities?.undeletable !== false),
      features,
    ),
    changeEvents: spec.changeEvents ?? true,
    ...(spec.abilities === undefined ? {} : { abilities: spec.abilities }),
  };
}

/** Objects without amounts that have a currency all the same. */
const CURRENT = new Set([
  'Account',
  'Contact',
  'Lead',
  'Case',
  'Task',
  'Event',
  'Product2',
  'User',
]);

/** In an org with several currencies, the records that may have amounts say in which one they are. */
export function withCurrency(
  name: string,
  fields: readonly FieldDef[],
  features: ReadonlySet<string>,
): readonly FieldDef[] {
  const custom = name.endsWith('__c');
  const amounts = custom || CURRENT.has(name) || fields.some(({ type }) => type === 'currency');
  if (!features.has('MultiCurrency') || !amounts) return fields;
  const owner = fields.findIndex((field) => field.name === 'OwnerId');
  const place = owner >= 0 ? owner : fields.findIndex((field) => field.name === 'CreatedDate');
  return fields.toSpliced(place, 0, CURRENCY_ISO_CODE);
}

const CURRENCY_ISO_CODE = makeField({
  name: 'CurrencyIsoCode',
  label: 'Currency ISO Code',
  type: 'picklist',
  length: 3,
  picklistValues: ['USD', 'EUR', 'GBP', 'CHF', 'JPY'],
  restrictedPicklist: true,
  defaultValue: 'USD',
  defaultedOnCreate: true,
});
