/** Random queries that SOQL allows, over the values that there are. */
import type { Random } from '../random.ts';
import { ENTITIES } from './entities.ts';
import { DATE_PARTS } from './model.ts';
import type {
  Aggregate,
  Asked,
  Children,
  Entity,
  Field,
  Groups,
  Inner,
  LikePiece,
  Op,
  Operand,
  Order,
  Rows,
  Test,
  Value,
} from './model.ts';

const FROM = ['Account', 'Account', 'Contact', 'Opportunity', 'Task'];
const OPS: readonly Op[] = ['=', '!=', '<', '<=', '>', '>='];
const LITERALS = [
  'YESTERDAY',
  'TODAY',
  'TOMORROW',
  'LAST_90_DAYS',
  'NEXT_90_DAYS',
  ...['LAST', 'THIS', 'NEXT'].flatMap((when) =>
    ['WEEK', 'MONTH', 'QUARTER', 'YEAR', 'FISCAL_QUARTER', 'FISCAL_YEAR'].map(
      (unit) => `${when}_${unit}`,
    ),
  ),
];
const COUNTED = [
  'DAYS',
  'WEEKS',
  'MONTHS',
  'QUARTERS',
  'YEARS',
  'FISCAL_QUARTERS',
  'FISCAL_YEARS',
].flatMap((unit) => [`LAST_N_${unit}`, `NEXT_N_${unit}`, `N_${unit}_AGO`]);
/** Which fields lead from one entity's ids to another's. */
const JOINS: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  Account: [
    ['Id', 'Contact', 'AccountId'],
    ['Id', 'Opportunity', 'AccountId'],
    ['ParentId', 'Contact', 'AccountId'],
    ['Id', 'Task', 'WhatId'],
  ],
  Contact: [
    ['AccountId', 'Opportunity', 'AccountId'],
    ['AccountId', 'Account', 'Id'],
    ['OwnerId', 'User', 'Id'],
  ],
  Opportunity: [
    ['AccountId', 'Account', 'ParentId'],
    ['OwnerId', 'Contact', 'OwnerId'],
  ],
  Task: [
    ['WhatId', 'Account', 'Id'],
    ['WhatId', 'Opportunity', 'Id'],
  ],
};

export type ValueOf = (entity: string, field: string) => Value;

export class Generator {
  readonly #random: Random;
  readonly #valueOf: ValueOf;

  /** `valueOf` draws one of the values that records have. */
  constructor(random: Random, valueOf: ValueOf) {
    this.#random = random;
    this.#valueOf = valueOf;
  }

  next(): Asked {
    const entity = this.entity(this.#random.pick(FROM));
    const kind = this.#random.next();
    const where = this.chance(0.85) ? this.condition(entity) : undefined;
    if (kind < 0.1) {
      return {
        is: 'count',
        entity: entity.name,
        where,
        limit: this.chance(0.3) ? this.below(40) : undefined,
      };
    }
    return kind < 0.4 ? this.groups(entity, where) : this.rows(entity, where);
  }

  private rows(entity: Entity, where: Test | undefined): Rows {
    const limit = this.chance(0.4) ? this.below(60) : undefined;
    const relationships = Object.keys(entity.children).filter(() => this.chance(0.25));
    return {
      is: 'rows',
      entity: entity.name,
      select: this.fields(entity),
      children: relationships.map((name) => this.children(entity, name)),
      where,
      orderBy: this.orders(entity),
      limit,
      offset: this.chance(0.2) ? this.below(30) : undefined,
      all: this.chance(0.1),
    };
  }

  private children(parent: Entity, relationship: string): Children {
    const [name = '', field = ''] = parent.children[relationship] ?? [];
    const entity = this.entity(name);
    return {
      relationship,
      entity: name,
      field,
      select: this.fields(entity),
      where: this.chance(0.4) ? this.condition(entity, 0, false) : undefined,
      orderBy: this.orders(entity),
      limit: this.chance(0.4) ? 1 + this.below(3) : undefined,
    };
  }

  private groups(entity: Entity, where: Test | undefined): Groups {
    const by = this.distinct(this.below(4), () => this.groupable(entity));
    const mode =
      by.length === 0 ? 'plain' : this.#random.pick(['plain', 'plain', 'ROLLUP', 'CUBE'] as const);
    const aggregates = this.distinct(1 + this.below(3), () => this.aggregate(entity));
    const plain = by.filter(({ part }) => part === undefined);
    if (mode !== 'plain') {
      for (const of of plain) aggregates.push({ fn: 'GROUPING', of });
    }
    const { having } = this.having(entity, by.length > 0);
    return { is: 'groups', entity: entity.name, by, mode, aggregates, where, having };
  }

  private having(entity: Entity, grouped: boolean): Pick<Groups, 'having'> {
    if (!grouped || !this.chance(0.4)) return {};
    const of: Aggregate = {
      fn: this.#random.pick(['COUNT', 'COUNT_DISTINCT'] as const),
      of: this.field(entity, 1),
    };
    return { having: { of, op: this.#random.pick(OPS), value: this.below(8) } };
  }

  private groupable(entity: Entity): Operand {
    const field = this.field(entity, 1);
    const date = field.kind === 'date' && this.chance(0.7);
    if (date || field.kind === 'datetime') return this.parted(field);
    const fits = field.kind !== 'number' && field.kind !== 'multi' && field.name !== 'Id';
    return fits ? field : this.groupable(entity);
  }

  private aggregate(entity: Entity): Aggregate {
    const of = this.field(entity, 1);
    if (of.kind === 'number') {
      return { fn: this.#random.pick(['SUM', 'AVG', 'MIN', 'MAX', 'COUNT'] as const), of };
    }
    const plain = of.kind === 'text' || of.kind === 'date' || of.kind === 'datetime';
    const fns = plain
      ? (['MIN', 'MAX', 'COUNT', 'COUNT_DISTINCT'] as const)
      : (['COUNT', 'COUNT_DISTINCT'] as const);
    return { fn: this.#random.pick(fns), of };
  }

  private condition(entity: Entity, depth = 0, joins = true): Test {
    if (joins && depth === 0 && this.chance(0.15)) return this.withJoin(entity);
    if (depth < 3 && this.chance(0.45)) {
      const is = this.#random.pick(['and', 'or', 'not'] as const);
      if (is === 'not') return { is, of: this.condition(entity, depth + 1, false) };
      const of = Array.from({ length: 2 + this.below(2) }, () =>
        this.condition(entity, depth + 1, false),
      );
      return { is, of };
    }
    return this.leaf(entity);
  }

  private withJoin(entity: Entity): Test {
    const joins = JOINS[entity.name] ?? [];
    const [own, inner, theirs] = this.#random.pick(joins);
    const target = this.entity(inner);
    const field: Field = { path: [], name: theirs, kind: 'id' };
    const where = this.chance(0.7) ? this.condition(target, 2, false) : undefined;
    const query: Inner = { entity: inner, field, where };
    const join: Test = {
      is: 'join',
      of: { path: [], name: own, kind: 'id' },
      not: this.chance(0.4),
      inner: query,
    };
    return this.chance(0.5) ? join : { is: 'and', of: [join, this.condition(entity, 1, false)] };
  }

  private leaf(entity: Entity): Test {
    if (entity.name === 'Account' && this.chance(0.05)) {
      const from = [this.below(180) - 90, this.below(360) - 180] as const;
      return {
        is: 'near',
        from,
        op: this.#random.pick(['<', '>'] as const),
        km: 500 + this.below(9000),
      };
    }
    const field = this.field(entity, 2);
    switch (field.kind) {
      case 'multi':
        return { is: 'includes', of: field, not: this.chance(0.4), sets: this.sets() };
      case 'date':
      case 'datetime':
        return this.dateTest(field);
      case 'text':
        if (this.chance(0.3)) return { is: 'like', of: field, pattern: this.pattern(field) };
        break;
      case 'id':
      case 'boolean':
        return {
          is: 'compare',
          of: field,
          op: this.#random.pick(['=', '!=']),
          value: this.value(field),
        };
      default:
    }
    if (this.chance(0.3)) {
      const values = Array.from({ length: 1 + this.below(4) }, () => this.value(field));
      return { is: 'in', of: field, not: this.chance(0.4), values };
    }
    const value = this.value(field);
    const op = value === null ? this.#random.pick(['=', '!='] as const) : this.#random.pick(OPS);
    return { is: 'compare', of: field, op, value };
  }

  private dateTest(field: Field): Test {
    const op = this.#random.pick(OPS);
    if (this.chance(0.5)) {
      const counted = this.chance(0.5);
      const name = this.#random.pick(counted ? COUNTED : LITERALS);
      return {
        is: 'literal',
        of: field,
        op,
        literal: counted ? { name, n: this.below(15) } : { name },
      };
    }
    if (this.chance(0.5)) {
      const of = this.parted(field);
      const value =
        of.part === 'DAY_ONLY'
          ? this.day()
          : of.part === 'CALENDAR_YEAR'
            ? 2025 + this.below(3)
            : this.below(32);
      return { is: 'compare', of, op, value };
    }
    const value = this.value(field);
    return { is: 'compare', of: field, op: value === null ? '=' : op, value };
  }

  private parted(field: Field): Operand {
    const parts = field.kind === 'datetime' ? DATE_PARTS : DATE_PARTS.slice(0, -2);
    return { ...field, part: this.#random.pick(parts) };
  }

  private day(): string {
    return new Date(Date.UTC(2026, this.below(12), 1 + this.below(28))).toISOString().slice(0, 10);
  }

  private sets(): string[][] {
    const one = (): string[] =>
      this.distinct(1 + this.below(2), () => this.#random.pick(['a', 'B', 'c', 'd e']));
    return Array.from({ length: 1 + this.below(2) }, one);
  }

  /** Pieces of a value that there is, with wildcards between them. */
  private pattern(field: Field): LikePiece[] {
    const text = String(this.value(field) ?? 'x');
    const [start, end] = [this.below(text.length + 1), this.below(text.length + 1)];
    const piece = { text: text.slice(Math.min(start, end), Math.max(start, end)) };
    const wild = (): LikePiece => this.#random.pick(['%', '%', '_', { text: '' }] as const);
    return [wild(), piece, wild(), ...(this.chance(0.3) ? [piece, wild()] : [])];
  }

  private orders(entity: Entity): Order[] {
    const some = this.distinct(this.below(3), () => this.sortable(entity));
    const id: Field = { path: [], name: 'Id', kind: 'id' };
    return [...some, id].map((of) => ({
      of,
      descending: this.chance(0.4),
      nulls: this.chance(0.4) ? this.#random.pick(['FIRST', 'LAST'] as const) : undefined,
    }));
  }

  private sortable(entity: Entity): Operand {
    const field = this.field(entity, 2);
    if (field.kind === 'multi') return this.sortable(entity);
    const date = field.kind === 'date' || field.kind === 'datetime';
    return date && this.chance(0.2) ? this.parted(field) : field;
  }

  private fields(entity: Entity): Field[] {
    return this.distinct(1 + this.below(5), () => this.field(entity, 2));
  }

  private field(entity: Entity, depth: number): Field {
    const parents = Object.entries(entity.parents);
    if (depth > 0 && parents.length > 0 && this.chance(0.25)) {
      const [relationship, [, target]] = this.#random.pick(parents);
      const inner = this.field(this.entity(target), depth - 1);
      return { ...inner, path: [relationship, ...inner.path] };
    }
    const [name, kind] = this.#random.pick(Object.entries(entity.fields));
    return { path: [], name, kind };
  }

  /** Of the field where it belongs; now and then null, or in another case. */
  private value({ path, name, kind }: Field): Value {
    if (this.chance(0.12)) return null;
    const [root] = FROM.filter((from) => this.leads(from, path, name));
    const value = this.#valueOf(this.end(root ?? 'Account', path), name);
    return kind === 'text' && typeof value === 'string' && this.chance(0.3)
      ? value.toUpperCase()
      : value;
  }

  private leads(from: string, path: readonly string[], name: string): boolean {
    return name in (ENTITIES[this.end(from, path)]?.fields ?? {});
  }

  private end(from: string, path: readonly string[]): string {
    return path.reduce((entity, step) => ENTITIES[entity]?.parents[step]?.[1] ?? '', from);
  }

  private distinct<T>(count: number, make: () => T): T[] {
    const made = new Map<string, T>();
    for (let i = 0; i < count; i++) {
      const one = make();
      made.set(JSON.stringify(one).toLowerCase(), one);
    }
    return [...made.values()];
  }

  private entity(name: string): Entity {
    const entity = ENTITIES[name];
    if (entity === undefined) throw new Error(`No entity ${name}`);
    return entity;
  }

  private chance(p: number): boolean {
    return this.#random.next() < p;
  }

  private below(bound: number): number {
    return this.#random.below(bound);
  }
}
