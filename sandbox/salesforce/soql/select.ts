/** The SELECT list: what each record of the answer shows. */
import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import { invalidField, malformed, tooComplicated } from './errors.ts';
import { callColumn } from './functions.ts';
import { valueToJson } from './record-json.ts';
import type { ReadField } from './record-json.ts';
import type { Scope } from './scope.ts';
import { Shape } from './shape.ts';
import { shownField } from './shown-functions.ts';
import type { Call, Name, Query } from './syntax/tree.ts';
import { addTypeOf } from './typeof.ts';

/** Salesforce's bound for `FIELDS(ALL)` and `FIELDS(CUSTOM)`, rows. */
const FIELDS_LIMIT = 200;
/** Fields and sub-queries that one SELECT can show. */
const MAX_SHOWN = 2000;

export type ReadRecord = (record: RecordValues) => Record<string, unknown>;

/** Reads the answer to a sub-query in the SELECT list; `name` is the relationship's own spelling. */
export interface Children {
  readonly name: string;
  readonly read: ReadField;
}

export function compileSelect(
  query: Query,
  scope: Scope,
  children: (query: Query, parent: ObjectDef) => Children,
): ReadRecord {
  if (query.select.length > MAX_SHOWN) throw tooComplicated();
  const list = new SelectList(scope, query.limit);
  for (const item of query.select) {
    switch (item.kind) {
      case 'field':
        list.addField(item.name, item.alias);
        break;
      case 'call':
        list.addCall(item.call, item.alias);
        break;
      case 'query': {
        const { name, read } = children(item.query, scope.object);
        list.claim(name);
        list.root.add(name, read);
        break;
      }
      case 'typeof':
        list.claimParent(item.name);
        addTypeOf(item, scope, list.root);
        break;
    }
  }
  return (record) => list.root.read(record);
}

class SelectList {
  readonly root: Shape;
  readonly #scope: Scope;
  readonly #limit: number | undefined;
  readonly #taken = new Set<string>();
  /** What TYPEOF shows, none of whose fields can be shown besides: `what.`. */
  readonly #parents: string[] = [];
  #unnamed = 0;

  constructor(scope: Scope, limit: number | undefined) {
    this.#scope = scope;
    this.#limit = limit;
    this.root = Shape.ofObject(scope, scope.object);
  }

  /** Nothing is shown twice under one name. */
  claim(name: string, taken = false): void {
    const key = name.toLowerCase();
    const within = this.#parents.some((parent) => key.startsWith(parent));
    if (taken || within || this.#taken.has(key)) {
      throw invalidField(`duplicate field selected: ${name}`);
    }
    this.#taken.add(key);
  }

  /** All of a parent, for TYPEOF. */
  claimParent(name: Name): void {
    const path = this.#scope.resolve({ text: `${name.text}.Id`, index: name.index }).name;
    const parent = path.slice(0, path.lastIndexOf('.'));
    const within = `${parent.toLowerCase()}.`;
    if ([...this.#taken].some((taken) => taken.startsWith(within))) this.claim(name.text, true);
    this.claim(parent);
    this.#parents.push(within);
  }

  addField(name: Name, alias?: Name): void {
    if (alias !== undefined) {
      this.#scope.pointing(name.index, () => {
        throw malformed('only aggregate expressions use field aliasing');
      });
    }
    const path = this.#scope.resolve(name);
    this.claim(path.name);
    this.root.at(path.steps).addField(path.field);
  }

  addCall(call: Call, alias?: Name): void {
    if (call.name === 'FIELDS') {
      for (const field of this.fieldGroup(call)) {
        this.claim(field.name);
        this.root.addField(field);
      }
      return;
    }
    this.#scope.pointing(call.index, () => {
      if (call.name === 'DISTANCE') this.addDistance(call, alias);
      else this.addShown(call, alias);
    });
  }

  private addDistance(call: Call, alias?: Name): void {
    const { field, get } = callColumn(call, this.#scope);
    const key = alias?.text ?? `expr${this.#unnamed++}`;
    this.claim(key);
    this.root.add(key, (record) => valueToJson(field, get(record)));
  }

  /** With an alias beside the fields, without one in the place of the field. */
  private addShown(call: Call, alias?: Name): void {
    const { path, read } = shownField(call, this.#scope);
    if (alias === undefined) {
      this.claim(path.name);
      this.root.at(path.steps).add(path.field.name, read);
      return;
    }
    this.claim(alias.text);
    this.root.add(alias.text, (record) => {
      const parent = this.#scope.climb(record, path.steps);
      return parent === undefined ? null : read(parent);
    });
  }

  private fieldGroup({ args }: Call): readonly FieldDef[] {
    const [argument] = args;
    const group = argument?.kind === 'field' ? argument.name.text.toUpperCase() : '';
    const { fields } = this.#scope.object;
    if (group === 'STANDARD') return fields.filter((field) => !field.custom);
    if (group !== 'ALL' && group !== 'CUSTOM') throw malformed(`unexpected token: '${group}'`);
    if (this.#limit === undefined || this.#limit > FIELDS_LIMIT) {
      throw malformed(`The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_LIMIT}`);
    }
    return group === 'ALL' ? fields : fields.filter((field) => field.custom);
  }
}
