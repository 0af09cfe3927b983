/** A small world for formulas: an account with an owner, a bike of that account. */
import { compileFormula } from '../../../../sandbox/salesforce/formula/evaluate.ts';
import { toField } from '../../../../sandbox/salesforce/formula/value.ts';
import type { Frame, World } from '../../../../sandbox/salesforce/formula/world.ts';
import { makeField, parseFields } from '../../../../sandbox/salesforce/org/field-spec.ts';
import type {
  FieldType,
  FieldValue,
  ObjectDef,
  RecordValues,
} from '../../../../sandbox/salesforce/org/types.ts';

const object = (name: string, keyPrefix: string, fields: string): ObjectDef => ({
  name,
  label: name,
  labelPlural: `${name}s`,
  keyPrefix,
  kind: 'standard',
  fields: parseFields(fields, new Set()),
  changeEvents: true,
});
const OBJECTS = [
  object('User', '005', 'Name | string(80) | Name\nProfileId | reference(Profile) | Profile'),
  object('Profile', '00e', 'Name | string(80) | Name'),
  object('Group', '00G', 'Name | string(80) | Name'),
  object('Organization', '00D', 'Name | string(80) | Name'),
  object('Account', '001', 'Name | string(255) | Name\nOwnerId | reference(User,Group) | Owner'),
  object(
    'Bike__c',
    'a00',
    `Name | string(80) | Name
     AccountId | reference(Account) | Account
     Price__c | currency(18,2) | Price
     Count__c | double(18,0) | Count
     Share__c | percent(5,2) | Share
     Kind__c | picklist | Kind
     Tags__c | multipicklist | Tags
     Sold__c | boolean | Sold
     Day__c | date | Day
     At__c | datetime | At
     Opens__c | time | Opens`,
  ),
  object('Rate__mdt', 'm00', 'DeveloperName | string(40) | Name\nValue__c | double(18,2) | Value'),
  object(
    'Shop__c',
    'a01',
    'SetupOwnerId | reference(User) | Owner\nLimit__c | double(18,0) | Limit',
  ),
];
export const IDS = {
  user: '0050000000000010AA',
  account: '0010000000000010AA',
  bike: 'a000000000000010AA',
};
const RECORDS: Readonly<Record<string, readonly RecordValues[]>> = {
  User: [{ Id: IDS.user, Name: 'Ada', ProfileId: '00e0000000000010AA' }],
  Profile: [{ Id: '00e0000000000010AA', Name: 'Sales' }],
  Organization: [{ Id: '00D0000000000010AA', Name: 'Bikes Ltd' }],
  Account: [{ Id: IDS.account, Name: 'Acme', OwnerId: IDS.user }],
  Rate__mdt: [{ Id: 'm000000000000010AA', DeveloperName: 'Normal', Value__c: 7.7 }],
  Shop__c: [
    { Id: 'a010000000000020AA', SetupOwnerId: IDS.user, Limit__c: 3 },
    { Id: 'a010000000000010AA', SetupOwnerId: '00D0000000000010AA', Limit__c: 9 },
  ],
};
export const NOW = Date.UTC(2026, 10, 24, 9, 0, 0);

export const world: World = {
  object: (name) => OBJECTS.find((each) => each.name.toLowerCase() === name.toLowerCase()),
  field: (def, name) => def.fields.find((each) => each.name.toLowerCase() === name.toLowerCase()),
  record: (entity, id) => RECORDS[entity]?.find((each) => each['Id'] === id),
  objectOfId: (id) => OBJECTS.find((each) => id.startsWith(each.keyPrefix)),
  records: (entity) => RECORDS[entity] ?? [],
  now: () => NOW,
};

export const BIKE: RecordValues = {
  Id: IDS.bike,
  Name: 'Electra',
  AccountId: IDS.account,
  Price__c: 1999.95,
  Count__c: null,
  Share__c: 25,
  Kind__c: 'City',
  Tags__c: 'red;fast',
  Sold__c: null,
  Day__c: '2024-01-31',
  At__c: Date.UTC(2024, 0, 31, 18, 30, 15),
  Opens__c: 8 * 3_600_000,
};

interface Options {
  readonly type?: FieldType;
  readonly scale?: number;
  readonly blankAsZero?: boolean;
  readonly before?: RecordValues | null;
  readonly record?: RecordValues;
  readonly hasUser?: boolean;
}

/** What a formula field of that type shows. */
export function calculate(source: string, options: Options = {}): FieldValue {
  const { type = 'string', scale = 2, blankAsZero = false, before = null, record = BIKE } = options;
  const hasUser = options.hasUser ?? false;
  const evaluate = compileFormula(source, { world, entity: 'Bike__c', blankAsZero, hasUser });
  const frame: Frame = { record, before, userId: hasUser ? IDS.user : undefined, now: NOW };
  return toField(
    makeField({ name: 'F__c', label: 'F', type, precision: 18, scale }),
    evaluate(frame),
  );
}
