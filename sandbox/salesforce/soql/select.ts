/** The SELECT list: what each record of the answer shows. */
import type { FieldType as SelectItem, Query } from '@jetstreamapp/soql-parser-js';
import type { FieldDef, RecordValues } from '../org/types.ts';
import { malformed } from './errors.ts';
import { attributesOf, fieldReader, valueToJson } from './record-json.ts';
import type { ReadField } from './record-json.ts';
import type { FunctionCall, ParentStep, Scope } from './scope.ts';

/** Salesforce's bound for `FIELDS(ALL)` and `FIELDS(CUSTOM)`, rows. */
const FIELDS_LIMIT = 200;

type Shown = Record<string, unknown>;
export type ReadRecord = (record: RecordValues) => Shown;

/** Reads the answer to a sub-query in the SELECT list; `name` is the relationship's own spelling. */
export interface Children {
  readonly name: string;
  readonly read: ReadField;
}

export function compileSelect(
  query: Pick<Query, 'fields' | 'limit'>,
  scope: Scope,
  children: (item: Extract<SelectItem, { type: 'FieldSubquery' }>) => Children,
): ReadRecord {
  const root = new Shape(scope);
  for (const item of query.fields ?? []) {
    switch (item.type) {
      case 'Field':
        root.addPath(item.field, item.alias);
        break;
      case 'FieldRelationship':
        root.addPath([...item.relationships, item.field].join('.'));
        break;
      case 'FieldSubquery': {
        const { name, read } = children(item);
        root.add(name, read);
        break;
      }
      case 'FieldFunctionExpression':
        addFunction(root, item, query.limit, scope);
        break;
      case 'FieldTypeof':
        throw malformed('TYPEOF is not supported in this org');
    }
  }
  return (record) => root.read(record);
}

function addFunction(
  root: Shape,
  call: FunctionCall & { alias?: string },
  limit: number | undefined,
  scope: Scope,
): void {
  const [parameter] = call.parameters ?? [];
  if (call.functionName?.toUpperCase() === 'FIELDS') {
    for (const field of fieldGroup(scope, parameter, limit)) root.addPath(field.name);
    return;
  }
  const column = scope.functionColumn(call);
  const key = call.alias ?? (typeof parameter === 'string' ? column.field.name : 'expr0');
  root.add(key, (record) => valueToJson(column.field, column.get(record)));
}

function fieldGroup(scope: Scope, group: unknown, limit: number | undefined): readonly FieldDef[] {
  const { fields } = scope.object;
  const name = typeof group === 'string' ? group.toUpperCase() : '';
  if (name === 'STANDARD') return fields.filter((field) => !field.custom);
  if (limit === undefined || limit > FIELDS_LIMIT) {
    throw malformed(`The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_LIMIT}`);
  }
  return name === 'ALL' ? fields : fields.filter((field) => field.custom);
}

/** The keys of a record in the answer, with the shapes of its parents. */
class Shape {
  readonly #scope: Scope;
  readonly #type: string;
  readonly #keys = new Map<string, ReadField>();
  readonly #parents = new Map<string, Shape>();

  constructor(scope: Scope, type: string = scope.object.name) {
    this.#scope = scope;
    this.#type = type;
  }

  addPath(path: string, alias?: string): void {
    const { steps, field } = this.#scope.resolve(path);
    this.addField(steps, field, alias);
  }

  add(key: string, read: ReadField): void {
    this.#keys.set(key, read);
  }

  read(record: RecordValues): Shown {
    const { reader } = this.#scope;
    const shown: Shown = {
      attributes: attributesOf(this.#type, record['Id'] ?? null, reader.version),
    };
    for (const [key, read] of this.#keys) shown[key] = read(record);
    return shown;
  }

  private addField(steps: readonly ParentStep[], field: FieldDef, alias?: string): void {
    const [step, ...rest] = steps;
    if (step === undefined) {
      const object = this.#scope.reader.org.object(this.#type) ?? this.#scope.object;
      this.add(alias ?? field.name, fieldReader(object, field));
      return;
    }
    const name = step.field.relationshipName ?? '';
    const known = this.#parents.get(name);
    const shape = known ?? new Shape(this.#scope, step.targets[0]?.name);
    shape.addField(rest, field, alias);
    if (known !== undefined) return;
    this.#parents.set(name, shape);
    this.add(name, (record) => {
      const parent = this.#scope.parent(record, step);
      return parent === undefined ? null : shape.read(parent);
    });
  }
}
