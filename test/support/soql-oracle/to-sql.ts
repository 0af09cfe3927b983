/** The same queries for DuckDB, written without looking at how the sandbox answers them. */
import type {
  Aggregate,
  Children,
  Counted,
  DateLiteral,
  Entity,
  Field,
  Groups,
  Operand,
  Order,
  Rows,
  Test,
  Value,
} from './model.ts';

export class SqlWriter {
  readonly #entities: Readonly<Record<string, Entity>>;
  /** `TIMESTAMP '2026-…'`, at which date literals are read. */
  readonly #now: string;

  constructor(entities: Readonly<Record<string, Entity>>, now: number) {
    this.#entities = entities;
    this.#now = timestamp(now);
  }

  rows(asked: Rows): string {
    const select = new Select(this.#entities, asked.entity, this.#now, asked.all);
    const id = select.column({ path: [], name: 'Id' });
    const shown = [id, ...asked.select.map((each) => select.column(each))];
    const order = asked.orderBy.map((each) => select.order(each)).join(', ');
    return [
      `SELECT ${shown.map((each, i) => `${each} AS c${i}`).join(', ')}`,
      ...select.tail(asked.where),
      `ORDER BY ${order}`,
      asked.limit === undefined ? '' : `LIMIT ${asked.limit}`,
      asked.offset === undefined ? '' : `OFFSET ${asked.offset}`,
    ].join('\n');
  }

  /** The children of all parents: the parent's id, then what is shown, in order. */
  children(asked: Children, all: boolean): string {
    const select = new Select(this.#entities, asked.entity, this.#now, all);
    const parent = select.column({ path: [], name: asked.field });
    const shown = [parent, ...asked.select.map((f) => select.column(f))];
    const order = asked.orderBy.map((each) => select.order(each)).join(', ');
    const tail = select.tail(asked.where);
    const row = `row_number() OVER (PARTITION BY ${parent} ORDER BY ${order})`;
    return [
      `SELECT ${shown.map((each, i) => `${each} AS c${i}`).join(', ')}`,
      ...tail,
      asked.limit === undefined ? '' : `QUALIFY ${row} <= ${asked.limit}`,
      `ORDER BY ${order}`,
    ].join('\n');
  }

  groups(asked: Groups): string {
    const select = new Select(this.#entities, asked.entity, this.#now, false);
    const by = asked.by.map((each) => select.folded(each));
    const shown = [...by, ...asked.aggregates.map((each) => select.aggregate(each))];
    const { having } = asked;
    const grouping = asked.mode === 'plain' ? by.join(', ') : `${asked.mode}(${by.join(', ')})`;
    const kept =
      having === undefined
        ? ''
        : `HAVING ${certainly(`${select.aggregate(having.of)} ${having.op} ${having.value}`)}`;
    return [
      `SELECT ${shown.map((each, i) => `${each} AS c${i}`).join(', ')}`,
      ...select.tail(asked.where),
      by.length === 0 ? '' : `GROUP BY ${grouping}`,
      kept,
    ].join('\n');
  }

  count(asked: Counted): string {
    const select = new Select(this.#entities, asked.entity, this.#now, false);
    const inner = ['SELECT 1', ...select.tail(asked.where)].join('\n');
    return `SELECT count(*) AS c0 FROM (${inner}${asked.limit === undefined ? '' : ` LIMIT ${asked.limit}`})`;
  }
}

/** One FROM with the joins that its names need. */
class Select {
  readonly #entities: Readonly<Record<string, Entity>>;
  readonly #entity: string;
  readonly #now: string;
  readonly #all: boolean;
  readonly #joins = new Map<string, string>();

  constructor(
    entities: Readonly<Record<string, Entity>>,
    entity: string,
    now: string,
    all: boolean,
  ) {
    this.#entities = entities;
    this.#entity = entity;
    this.#now = now;
    this.#all = all;
  }

  /** FROM … WHERE; after all columns are known, since they bring joins along. */
  tail(where: Test | undefined): readonly string[] {
    const tests = where === undefined ? [] : [this.test(where)];
    if (!this.#all) tests.unshift('NOT t."IsDeleted"');
    const condition = tests.length === 0 ? '' : `WHERE ${tests.join('\nAND ')}`;
    return [`FROM "${this.#entity}" t`, ...this.#joins.values(), condition];
  }

  column({ path, name }: Pick<Field, 'path' | 'name'>): string {
    let [alias, entity] = ['t', this.#entity];
    for (const step of path) {
      const [field = '', target = ''] = this.#entities[entity]?.parents[step] ?? [];
      const next = `${alias}_${step}`;
      const live = this.#all ? '' : ` AND NOT ${next}."IsDeleted"`;
      this.#joins.set(
        next,
        `LEFT JOIN "${target}" ${next} ON ${next}."Id" = ${alias}."${field}"${live}`,
      );
      [alias, entity] = [next, target];
    }
    return `${alias}."${name}"`;
  }

  /** As texts are compared. */
  folded(of: Operand): string {
    const column = this.column(of);
    if (of.part !== undefined) return datePart(of.part, column);
    return of.kind === 'text' || of.kind === 'multi' ? `lower(${column})` : column;
  }

  aggregate({ fn, of }: Aggregate): string {
    const column = this.folded(of);
    if (fn === 'COUNT_DISTINCT') return `count(DISTINCT ${column})`;
    if (fn === 'AVG') return `CAST(sum(${column}) AS DOUBLE) / count(${column})`;
    return `${fn}(${column})`;
  }

  order({ of, descending, nulls = 'FIRST' }: Order): string {
    const column = 'fn' in of ? this.aggregate(of) : this.folded(of);
    return `${column} ${descending ? 'DESC' : 'ASC'} NULLS ${nulls}`;
  }

  test(test: Test): string {
    switch (test.is) {
      case 'compare':
        return this.compare(test.of, test.op, test.value);
      case 'in': {
        const parts = test.values.map((value) => this.compare(test.of, '=', value));
        return `${test.not ? 'NOT ' : ''}(${parts.join(' OR ')})`;
      }
      case 'like': {
        const pattern = test.pattern.map((piece) =>
          typeof piece === 'string' ? piece : piece.text.replace(/[%_!]/g, '!$&'),
        );
        return certainly(
          `${this.folded(test.of)} LIKE lower(${text(pattern.join(''))}) ESCAPE '!'`,
        );
      }
      case 'includes': {
        const chosen = `string_split(${this.folded(test.of)}, ';')`;
        const sets = test.sets.map((set) => {
          const each = set.map((value) => `list_contains(${chosen}, lower(${text(value)}))`);
          return `(${each.join(' AND ')})`;
        });
        return `${test.not ? 'NOT ' : ''}${certainly(sets.join(' OR '))}`;
      }
      case 'literal':
        return this.within(test.of, test.op, test.literal);
      case 'near':
        return certainly(`${this.distance(test.from)} ${test.op} ${test.km}`);
      case 'join': {
        const { inner } = test;
        const select = new Select(this.#entities, inner.entity, this.#now, this.#all);
        const column = select.column(inner.field);
        const tail = select.tail(inner.where).join('\n');
        const values = `SELECT * FROM (SELECT ${column} AS id ${tail}) WHERE id IS NOT NULL`;
        return `${test.not ? 'NOT ' : ''}${certainly(`${this.column(test.of)} IN (${values})`)}`;
      }
      case 'not':
        return `NOT ${this.test(test.of)}`;
      case 'and':
      case 'or':
        return `(${test.of.map((each) => this.test(each)).join(` ${test.is.toUpperCase()} `)})`;
    }
  }

  private compare(of: Operand, op: string, value: Value): string {
    const column = this.folded(of);
    if (value === null && of.kind === 'boolean') {
      return `${op === '=' ? 'NOT ' : ''}${certainly(column)}`;
    }
    if (value === null) return op === '=' ? `(${column} IS NULL)` : `(${column} IS NOT NULL)`;
    if (op === '!=') return `NOT ${this.compare(of, '=', value)}`;
    return certainly(`${column} ${op} ${this.value(of, value)}`);
  }

  private value(of: Operand, value: Value): string {
    if (of.part === 'DAY_ONLY') return `DATE '${String(value)}'`;
    if (of.part !== undefined || typeof value === 'boolean') return String(value);
    switch (of.kind) {
      case 'date':
        return `DATE '${String(value)}'`;
      case 'datetime':
        return timestamp(Number(value));
      case 'text':
      case 'multi':
        return `lower(${text(String(value))})`;
      case 'id':
        return text(String(value));
      default:
        return String(value);
    }
  }

  private within(of: Operand, op: string, literal: DateLiteral): string {
    const [start, end] = span(literal, this.#now).map((each) =>
      of.kind === 'date' ? `CAST(${each} AS DATE)` : each,
    );
    const column = this.folded(of);
    switch (op) {
      case '=':
        return certainly(`${column} >= ${start} AND ${column} < ${end}`);
      case '!=':
        return `NOT ${certainly(`${column} >= ${start} AND ${column} < ${end}`)}`;
      case '<':
        return certainly(`${column} < ${start}`);
      case '<=':
        return certainly(`${column} < ${end}`);
      case '>':
        return certainly(`${column} >= ${end}`);
      default:
        return certainly(`${column} >= ${start}`);
    }
  }

  private distance([latitude, longitude]: readonly [number, number]): string {
    const [lat, lon] = ['t."BillingLatitude"', 't."BillingLongitude"'];
    const cosine = [
      `sin(radians(${latitude})) * sin(radians(${lat}))`,
      `cos(radians(${latitude})) * cos(radians(${lat})) * cos(radians(${lon} - ${longitude}))`,
    ].join(' + ');
    // LEAST and GREATEST pass nulls over.
    const angle = `acos(least(1, greatest(-1, ${cosine})))`;
    return `(CASE WHEN ${lat} IS NULL OR ${lon} IS NULL THEN NULL ELSE 6371.0088 * ${angle} END)`;
  }
}

function certainly(test: string): string {
  return `coalesce(${test}, false)`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function timestamp(ms: number): string {
  return `TIMESTAMP '${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}'`;
}

function datePart(part: string, column: string): string {
  switch (part) {
    case 'CALENDAR_YEAR':
      return `year(${column})`;
    case 'CALENDAR_QUARTER':
      return `quarter(${column})`;
    case 'CALENDAR_MONTH':
      return `month(${column})`;
    case 'DAY_IN_MONTH':
      return `day(${column})`;
    case 'DAY_IN_WEEK':
      return `(dayofweek(${column}) + 1)`;
    case 'DAY_IN_YEAR':
      return `dayofyear(${column})`;
    case 'WEEK_IN_MONTH':
      return `((day(${column}) - 1) // 7 + 1)`;
    case 'WEEK_IN_YEAR':
      return `((dayofyear(${column}) - 1) // 7 + 1)`;
    case 'HOUR_IN_DAY':
      return `hour(${column})`;
    default:
      return `CAST(${column} AS DATE)`;
  }
}

/** Begin and end of a date literal, as Salesforce's documents describe each. */
function span({ name, n = 0 }: DateLiteral, now: string): readonly string[] {
  const day = `date_trunc('day', ${now})`;
  const days = (from: number, to: number): string[] =>
    [from, to].map((each) => `(${day} + INTERVAL (${each}) DAY)`);
  const [, unit = ''] = /(DAY|WEEK|MONTH|QUARTER|YEAR)/.exec(name) ?? [];
  const begin =
    unit === 'WEEK'
      ? `(date_trunc('week', ${now} + INTERVAL 1 DAY) - INTERVAL 1 DAY)`
      : `date_trunc('${unit.toLowerCase()}', ${now})`;
  const [size, measure] = unit === 'QUARTER' ? [3, 'MONTH'] : [1, unit];
  const units = (from: number, to: number): string[] =>
    [from, to].map((each) => `(${begin} + INTERVAL (${each * size}) ${measure})`);
  switch (name) {
    case 'YESTERDAY':
      return days(-1, 0);
    case 'TODAY':
      return days(0, 1);
    case 'TOMORROW':
      return days(1, 2);
    case 'LAST_90_DAYS':
      return days(-90, 1);
    case 'NEXT_90_DAYS':
      return days(1, 91);
    case 'LAST_N_DAYS':
      return days(-n, 1);
    case 'NEXT_N_DAYS':
      return days(1, n + 1);
    case 'N_DAYS_AGO':
      return days(-n, -n + 1);
    default:
  }
  if (name.startsWith('LAST_N_')) return units(-n, 0);
  if (name.startsWith('NEXT_N_')) return units(1, n + 1);
  if (name.endsWith('_AGO')) return units(-n, -n + 1);
  if (name.startsWith('LAST_')) return units(-1, 0);
  return name.startsWith('NEXT_') ? units(1, 2) : units(0, 1);
}
