/** Names in formulas: fields of the record, of its parents, and the global ones (`$User.Id`). */
import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import { FormulaError } from './errors.ts';
import { ZERO } from './decimal.ts';
import { fromField, isNumeric } from './value.ts';
import type { Value } from './value.ts';
import type { Frame, World } from './world.ts';

/** Salesforce's bound for relationships in one path. */
const MAX_STEPS = 10;

/** Where a path starts: an object, and how its record is found. */
interface Start {
  readonly object: ObjectDef;
  readonly path: readonly string[];
  readonly record: (frame: Frame) => RecordValues | undefined;
}

export interface Reference {
  readonly read: (frame: Frame) => Value;
  /** The same of the record before the write. */
  readonly readBefore: (frame: Frame) => Value;
  /** Whether the field is the record's own. */
  readonly own: boolean;
  /** The field itself, so far as it can be told without a record. */
  readonly field: FieldDef | undefined;
}

export interface ReferenceOptions {
  readonly world: World;
  readonly entity: string;
  /** Empty numbers are 0. */
  readonly blankAsZero: boolean;
  /** Whether somebody writes, so that `$User` is known. */
  readonly hasUser: boolean;
  /** `$Label`, by names in lower case. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Throws FormulaError where there is no such field. */
export function resolveReference(path: readonly string[], options: ReferenceOptions): Reference {
  const constant = constantOf(path, options);
  if (constant !== undefined) {
    const read = (): Value => constant;
    return { read, readBefore: read, own: false, field: undefined };
  }
  const start = startOf(path, options);
  const field = fieldAt(options.world, start.object, start.path);
  const read = (record: RecordValues | undefined): Value =>
    record === undefined
      ? absent(field, options.blankAsZero)
      : follow(options, start.object, record, start.path);
  return {
    read: (frame) => read(start.record(frame)),
    readBefore: (frame) => read(frame.before ?? undefined),
    own: start.path.length === 1 && !path[0]?.startsWith('$'),
    field,
  };
}

/** Labels are texts; custom permissions nobody has. */
function constantOf(
  [first = '', name = '']: readonly string[],
  { labels }: ReferenceOptions,
): string | false | undefined {
  const root = first.toLowerCase();
  if (root === '$permission' && name !== '') return false;
  return root === '$label' ? labels?.[name.toLowerCase()] : undefined;
}

function startOf(path: readonly string[], options: ReferenceOptions): Start {
  const [first = '', ...rest] = path;
  if (!first.startsWith('$')) {
    return {
      object: requireObject(options.world, options.entity),
      path,
      record: ({ record }) => record,
    };
  }
  return globalStart(first.toLowerCase(), rest, options, path.join('.'));
}

function globalStart(
  name: string,
  rest: readonly string[],
  { world, hasUser }: ReferenceOptions,
  written: string,
): Start {
  const user = ({ userId }: Frame): RecordValues | undefined =>
    userId === undefined ? undefined : world.record('User', userId);
  const byUser = (target: string, field: string): Start => ({
    object: requireObject(world, target),
    path: rest,
    record: (frame) => world.record(target, String(user(frame)?.[field])),
  });
  switch (name) {
    case '$user':
      if (hasUser) return { object: requireObject(world, 'User'), path: rest, record: user };
      break;
    case '$profile':
      if (hasUser) return byUser('Profile', 'ProfileId');
      break;
    case '$userrole':
      if (hasUser) return byUser('UserRole', 'UserRoleId');
      break;
    case '$organization': {
      const object = requireObject(world, 'Organization');
      return { object, path: rest, record: () => first(world.records('Organization')) };
    }
    case '$recordtype':
      return {
        object: requireObject(world, 'RecordType'),
        path: rest,
        record: ({ record }) => world.record('RecordType', String(record['RecordTypeId'])),
      };
    case '$custommetadata':
    case '$setup':
      return keptStart(world, name, rest);
  }
  throw new FormulaError(`${written} is not supported`);
}

/** `$CustomMetadata.Type__mdt.Record.Field__c`; `$Setup.Setting__c.Field__c`, of which the org's default is read. */
function keptStart(world: World, name: string, [entity = '', ...rest]: readonly string[]): Start {
  const object = requireObject(world, entity);
  if (name === '$setup') {
    const isDefault = (row: RecordValues): boolean => String(row['SetupOwnerId']).startsWith('00D');
    return { object, path: rest, record: () => first(world.records(entity), isDefault) };
  }
  const [record = '', ...path] = rest;
  const wanted = record.toLowerCase();
  const named = (row: RecordValues): boolean =>
    [row['DeveloperName'], row['QualifiedApiName']].some(
      (each) => String(each).toLowerCase() === wanted,
    );
  return { object, path, record: () => first(world.records(entity), named) };
}

function first(
  rows: Iterable<RecordValues>,
  test: (row: RecordValues) => boolean = () => true,
): RecordValues | undefined {
  for (const row of rows) if (test(row)) return row;
  return undefined;
}

/** Fields are looked up at each reading, so that objects may change meanwhile. */
function follow(
  { world, blankAsZero }: ReferenceOptions,
  start: ObjectDef,
  from: RecordValues,
  path: readonly string[],
): Value {
  let object = world.object(start.name) ?? start;
  let record = from;
  for (const step of path.slice(0, -1)) {
    const { field } = parentStep(object, step);
    const id = record[field.name];
    const parent = typeof id === 'string' ? world.objectOfId(id) : undefined;
    const found = parent === undefined ? undefined : world.record(parent.name, String(id));
    if (parent === undefined || found === undefined) {
      return absent(fieldAt(world, start, path), blankAsZero);
    }
    [object, record] = [parent, found];
  }
  const field = requireField(world, object, path.at(-1) ?? '');
  if (field.type === 'location' || field.type === 'address') return placeIn(object, field, record);
  const value = fromField(field, record[field.name] ?? null);
  return value === null ? absent(field, blankAsZero) : value;
}

function absent(field: FieldDef | undefined, blankAsZero: boolean): Value {
  if (field === undefined) return null;
  if (field.type === 'boolean') return false;
  return blankAsZero && isNumeric(field) ? ZERO : null;
}

function placeIn(object: ObjectDef, compound: FieldDef, record: RecordValues): Value {
  const parts = object.fields.filter((field) => field.compoundFieldName === compound.name);
  const part = (name: string): unknown =>
    record[parts.find((field) => field.name.includes(name))?.name ?? ''];
  const [latitude, longitude] = [part('Latitude'), part('Longitude')];
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  return { kind: 'place', latitude, longitude };
}

/** The field at the end of a path; undefined behind a parent of several types that it isn't part of. */
function fieldAt(world: World, start: ObjectDef, path: readonly string[]): FieldDef | undefined {
  if (path.length === 0) throw new FormulaError(`${start.name} is no field`);
  if (path.length > MAX_STEPS + 1) throw new FormulaError(`${path.join('.')} is too long a path`);
  let objects = [start];
  for (const step of path.slice(0, -1)) {
    const steps = objects.flatMap((object) => parentStepOf(object, step) ?? []);
    if (steps.length === 0) throw noField(objects, step);
    objects = steps.flatMap(({ field, only }) =>
      (only === undefined ? field.referenceTo : [only]).flatMap((name) => world.object(name) ?? []),
    );
    if (objects.length === 0) throw new FormulaError(`the parent of ${step} is not in the org`);
  }
  const last = path.at(-1) ?? '';
  const found = objects
    .map((object) => world.field(object, last))
    .find((each) => each !== undefined);
  if (found === undefined) throw noField(objects, last);
  return found;
}

function parentStep(object: ObjectDef, step: string): { field: FieldDef } {
  const found = parentStepOf(object, step);
  if (found === undefined) throw noField([object], step);
  return found;
}

/** `Account`, `Bike__r`, `Owner:User`. */
function parentStepOf(
  object: ObjectDef,
  step: string,
): { readonly field: FieldDef; readonly only: string | undefined } | undefined {
  const [name = '', only] = step.toLowerCase().split(':');
  const field = object.fields.find((each) => each.relationshipName?.toLowerCase() === name);
  return field === undefined ? undefined : { field, only };
}

function requireObject(world: World, name: string): ObjectDef {
  const object = world.object(name);
  if (object === undefined) throw new FormulaError(`the org has no object ${name}`);
  return object;
}

function requireField(world: World, object: ObjectDef, name: string): FieldDef {
  const field = world.field(object, name);
  if (field === undefined) throw noField([object], name);
  return field;
}

function noField(objects: readonly ObjectDef[], name: string): FormulaError {
  return new FormulaError(`${objects[0]?.name ?? 'the org'} has no field ${name}`);
}
