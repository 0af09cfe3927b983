import type { FieldDef, FieldValue, ObjectDef, RecordValues } from '../org/types.ts';
import type { Context, Reader } from './context.ts';
import { malformed, noSuchColumn, noSuchObject, noSuchRelationship, pointing } from './errors.ts';
import { fieldOf } from './fields.ts';
import { callColumn } from './functions.ts';
import { fieldOfName, hasRelationship, readName } from './name-object.ts';
import type { Name, Query, Term } from './syntax/tree.ts';

export type { Reader } from './context.ts';

/** Something a row has a value for: a field of it or of a parent, or a function of one. */
export interface Column<Row> {
  readonly field: FieldDef;
  /** Whether the field is the row's own, so that the object's indexes apply. */
  readonly own: boolean;
  readonly get: (row: Row) => FieldValue;
}

/** One step from a record to its parent. */
export interface ParentStep {
  readonly field: FieldDef;
  readonly targets: readonly ObjectDef[];
  /** Whether the parent can be of several types, and is seen as a Name. */
  readonly polymorphic: boolean;
}

export interface Path {
  readonly steps: readonly ParentStep[];
  readonly field: FieldDef;
  /** `Account.Owner.Name` in the org's own spelling. */
  readonly name: string;
}

/** Salesforce's bound for relationships in one path. */
const MAX_STEPS = 5;

/** What names mean inside one SELECT: those of the object in FROM, through parents. Names have no case. */
export class Scope {
  readonly context: Context;
  readonly object: ObjectDef;
  /** What may stand before a path, and the path that it means. */
  readonly #prefixes: ReadonlyMap<string, readonly string[]>;

  constructor(context: Context, object: ObjectDef, query?: Pick<Query, 'alias' | 'joins'>) {
    this.context = context;
    this.object = object;
    const prefixes = new Map<string, readonly string[]>([[object.name.toLowerCase(), []]]);
    if (query?.alias !== undefined) prefixes.set(query.alias.toLowerCase(), []);
    this.#prefixes = prefixes;
    for (const { path, alias } of query?.joins ?? []) {
      const names = this.namesOf(path.text);
      this.pointing(path.index, () => this.climbBy(names));
      prefixes.set(alias.toLowerCase(), names);
    }
  }

  /** `Account.Owner.Name` → the steps to the owner, and the field. A leading alias or object name is dropped. */
  resolve(path: Name): Path {
    return this.pointing(path.index, () => {
      const names = [...this.namesOf(path.text)];
      const last = names.pop() ?? '';
      const { steps, objects } = this.climbBy(names);
      const found = this.fieldOf(steps.at(-1), objects, last);
      const spelled = steps.map((step) => step.field.relationshipName ?? '');
      return { steps, field: found, name: [...spelled, found.name].join('.') };
    });
  }

  column(path: Name): Column<RecordValues> {
    const { steps, field } = this.resolve(path);
    const { name } = field;
    if (steps.length === 0) return { field, own: true, get: (row) => row[name] ?? null };
    const read = this.reader(steps, field);
    return {
      field,
      own: false,
      get: (row) => {
        const parent = this.climb(row, steps);
        return parent === undefined ? null : read(parent);
      },
    };
  }

  /** Of a field, or a function in WHERE, GROUP BY or ORDER BY. */
  columnOf(term: Term): Column<RecordValues> {
    if (term.kind === 'field') return this.column(term.name);
    return this.pointing(term.call.index, () => callColumn(term.call, this));
  }

  /** The field's value of a record at the end of the steps. */
  reader(steps: readonly ParentStep[], field: FieldDef): (parent: RecordValues) => FieldValue {
    if (steps.at(-1)?.polymorphic !== true) return (parent) => parent[field.name] ?? null;
    return (parent) => readName(this.context.reader.org, parent, field);
  }

  parent(row: RecordValues, step: ParentStep): RecordValues | undefined {
    const id = row[step.field.name];
    if (typeof id !== 'string') return undefined;
    const { reader, deleted } = this.context;
    const target = step.polymorphic ? reader.org.objectByPrefix(id.slice(0, 3)) : step.targets[0];
    if (target === undefined) return undefined;
    if (step.polymorphic && !step.targets.includes(target)) return undefined;
    return reader.org.record(target.name, id, deleted);
  }

  climb(row: RecordValues, steps: readonly ParentStep[]): RecordValues | undefined {
    let current: RecordValues | undefined = row;
    for (const step of steps) {
      if (current === undefined) return undefined;
      current = this.parent(current, step);
    }
    return current;
  }

  pointing<T>(index: number, work: () => T): T {
    return pointing(this.context.soql, index, work);
  }

  private namesOf(path: string): readonly string[] {
    const names = path.split('.');
    const [first = '', ...rest] = names;
    const meant = this.#prefixes.get(first.toLowerCase());
    if (meant === undefined || rest.length === 0) return names;
    if (meant.length === 0 && this.step(undefined, [this.object], first) !== undefined) {
      return names;
    }
    return [...meant, ...rest];
  }

  private climbBy(names: readonly string[]): {
    readonly steps: readonly ParentStep[];
    readonly objects: readonly ObjectDef[];
  } {
    if (names.length > MAX_STEPS) {
      throw malformed(`A relationship path has at most ${MAX_STEPS} levels: ${names.join('.')}`);
    }
    let objects: readonly ObjectDef[] = [this.object];
    const steps: ParentStep[] = [];
    for (const name of names) {
      const step = this.step(steps.at(-1), objects, name);
      if (step === undefined) throw noSuchRelationship(name);
      steps.push(step);
      objects = step.targets;
    }
    return { steps, objects };
  }

  private fieldOf(
    last: ParentStep | undefined,
    objects: readonly ObjectDef[],
    name: string,
  ): FieldDef {
    const polymorphic = last?.polymorphic === true;
    const [object] = objects;
    const field = polymorphic || object === undefined ? fieldOfName(name) : fieldOf(object, name);
    if (field !== undefined) return field;
    throw noSuchColumn(name, polymorphic ? 'Name' : (object?.name ?? ''));
  }

  private step(
    before: ParentStep | undefined,
    objects: readonly ObjectDef[],
    name: string,
  ): ParentStep | undefined {
    if (before?.polymorphic === true && !hasRelationship(name)) return undefined;
    const wanted = name.toLowerCase();
    for (const object of objects) {
      const field = object.fields.find((each) => each.relationshipName?.toLowerCase() === wanted);
      if (field === undefined) continue;
      const { reader } = this.context;
      const targets = field.referenceTo.flatMap((target) => visible(reader, target) ?? []);
      if (targets.length > 0) return { field, targets, polymorphic: field.referenceTo.length > 1 };
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
export function queryable({ reader, soql }: Context, { text, index }: Name): ObjectDef {
  const object = visible(reader, text);
  if (object !== undefined && object.kind !== 'platformevent') return object;
  return pointing(soql, index, () => {
    throw noSuchObject(text);
  });
}
