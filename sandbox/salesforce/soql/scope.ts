import type { FieldDef, FieldValue, ObjectDef, Org, RecordValues, User } from '../org/types.ts';
import { functionOf } from './functions.ts';
import { malformed, noSuchColumn, noSuchObject, noSuchRelationship } from './errors.ts';
import { fieldOf } from './fields.ts';

/** Who asks, and for which version of the API. */
export interface Reader {
  readonly org: Org;
  readonly user: User;
  /** `60.0`: shown in the addresses of records. */
  readonly version: string;
}

/** Something a row has a value for: a field of it or of a parent, or a function of one. */
export interface Column<Row> {
  readonly field: FieldDef;
  /** Whether the field is the row's own, so that the object's indexes apply. */
  readonly own: boolean;
  readonly get: (row: Row) => FieldValue;
}

/** A function as the parser writes it. */
export interface FunctionCall {
  readonly functionName?: string;
  readonly parameters?: readonly (string | FunctionCall)[];
  readonly rawValue?: string;
}

/** One step from a record to its parent. */
export interface ParentStep {
  readonly field: FieldDef;
  /** More than one where the reference is polymorphic. */
  readonly targets: readonly ObjectDef[];
}

/** What names mean inside one SELECT: those of the object in FROM, through parents. Names have no case. */
export class Scope {
  readonly reader: Reader;
  readonly object: ObjectDef;
  readonly soql: string;
  readonly #prefixes: readonly string[];

  constructor(reader: Reader, object: ObjectDef, soql: string, alias?: string) {
    this.reader = reader;
    this.object = object;
    this.soql = soql;
    this.#prefixes = [object.name, ...(alias === undefined ? [] : [alias])].map((each) =>
      each.toLowerCase(),
    );
  }

  /** `Account.Owner.Name` → the steps to the owner, and the field. A leading alias or object name is dropped. */
  resolve(path: string): { readonly steps: readonly ParentStep[]; readonly field: FieldDef } {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const [first = ''] = names;
    const prefixed = this.#prefixes.includes(first.toLowerCase());
    if (prefixed && this.step([this.object], first) === undefined) names.shift();
    let objects: readonly ObjectDef[] = [this.object];
    const steps = names.map((name) => {
      const step = this.step(objects, name);
      if (step === undefined) throw noSuchRelationship(this.soql, name, path);
      objects = step.targets;
      return step;
    });
    for (const object of objects) {
      const field = fieldOf(object, last);
      if (field !== undefined) return { steps, field };
    }
    throw noSuchColumn(this.soql, path, objects[0]?.name ?? '');
  }

  column(path: string): Column<RecordValues> {
    const { steps, field } = this.resolve(path);
    const { name } = field;
    if (steps.length === 0) return { field, own: true, get: (row) => row[name] ?? null };
    return { field, own: false, get: (row) => this.climb(row, steps)?.[name] ?? null };
  }

  /** Of a function in WHERE, GROUP BY or ORDER BY. */
  functionColumn(call: FunctionCall): Column<RecordValues> {
    const [parameter] = call.parameters ?? [];
    if (typeof parameter === 'object') return this.functionColumn(parameter);
    const apply = functionOf(call.functionName ?? '');
    if (parameter === undefined || apply === undefined) {
      throw malformed(
        `The function ${call.rawValue ?? call.functionName ?? ''} is not supported here`,
      );
    }
    const column = this.column(parameter);
    const field = apply.field(column.field);
    return { field, own: false, get: (row) => apply.of(column.get(row)) };
  }

  parent(row: RecordValues, step: ParentStep): RecordValues | undefined {
    const id = row[step.field.name];
    if (typeof id !== 'string') return undefined;
    const { org } = this.reader;
    const target = step.targets.length > 1 ? org.objectByPrefix(id.slice(0, 3)) : step.targets[0];
    return target === undefined ? undefined : org.record(target.name, id);
  }

  private climb(row: RecordValues, steps: readonly ParentStep[]): RecordValues | undefined {
    let current: RecordValues | undefined = row;
    for (const step of steps) {
      if (current === undefined) return undefined;
      current = this.parent(current, step);
    }
    return current;
  }

  private step(objects: readonly ObjectDef[], name: string): ParentStep | undefined {
    const wanted = name.toLowerCase();
    for (const object of objects) {
      const field = object.fields.find((each) => each.relationshipName?.toLowerCase() === wanted);
      if (field === undefined) continue;
      const targets = field.referenceTo.flatMap((target) => visible(this.reader, target) ?? []);
      if (targets.length > 0) return { field, targets };
    }
    return undefined;
  }
}

/** The object of that name, where there is one that this user may read. */
export function visible({ org, user }: Reader, name: string): ObjectDef | undefined {
  const object = org.object(name);
  return object === undefined || user.hiddenObjects.includes(object.name) ? undefined : object;
}

/** An object that can be queried, or INVALID_TYPE. */
export function queryable(reader: Reader, name: string, soql: string): ObjectDef {
  const object = visible(reader, name);
  if (object !== undefined && object.kind !== 'platformevent') return object;
  throw noSuchObject(soql, name);
}
