import type {
  Aggregate,
  Asked,
  Children,
  Field,
  Operand,
  Order,
  Rows,
  Test,
  Value,
} from './model.ts';

export function toSoql(asked: Asked): string {
  switch (asked.is) {
    case 'count':
      return join(['SELECT COUNT()', from(asked.entity), where(asked.where), limit(asked.limit)]);
    case 'groups': {
      const by = asked.by.map(operand);
      const shown = [...by.map((each, i) => `${each} g${i}`), ...asked.aggregates.map(aggregate)];
      const grouping = asked.mode === 'plain' ? by.join() : `${asked.mode}(${by.join()})`;
      const { having } = asked;
      return join([
        `SELECT ${shown.join(', ')}`,
        from(asked.entity),
        where(asked.where),
        by.length === 0 ? '' : `GROUP BY ${grouping}`,
        having === undefined ? '' : `HAVING ${aggregate(having.of)} ${having.op} ${having.value}`,
      ]);
    }
    case 'rows':
      return join([select(asked), from(asked.entity), ...rest(asked), offset(asked.offset)]);
  }
}

function join(clauses: readonly string[]): string {
  return clauses.filter((clause) => clause !== '').join(' ');
}

function select({ select: fields, children }: Rows): string {
  return `SELECT ${[...fields.map(path), ...children.map(subquery)].join(', ')}`;
}

function subquery(children: Children): string {
  const shown = `SELECT ${children.select.map(path).join(', ')}`;
  return `(${join([shown, from(children.relationship), ...rest(children)])})`;
}

function rest(clauses: Pick<Rows, 'where' | 'orderBy' | 'limit'>): readonly string[] {
  const by = clauses.orderBy.map(order).join(', ');
  return [where(clauses.where), by === '' ? '' : `ORDER BY ${by}`, limit(clauses.limit)];
}

const from = (name: string): string => `FROM ${name}`;
const limit = (n: number | undefined): string => (n === undefined ? '' : `LIMIT ${n}`);
const offset = (n: number | undefined): string => (n === undefined ? '' : `OFFSET ${n}`);
const where = (test: Test | undefined): string =>
  test === undefined ? '' : `WHERE ${condition(test, true)}`;

const path = ({ path: steps, name }: Field): string => [...steps, name].join('.');

function operand(of: Operand): string {
  return of.part === undefined ? path(of) : `${of.part}(${path(of)})`;
}

function aggregate({ fn, of }: Aggregate): string {
  return `${fn}(${path(of)})`;
}

function order({ of, descending, nulls }: Order): string {
  const term = 'fn' in of ? aggregate(of) : operand(of);
  return join([term, descending ? 'DESC' : '', nulls === undefined ? '' : `NULLS ${nulls}`]);
}

function condition(test: Test, top = false): string {
  switch (test.is) {
    case 'compare':
      return `${operand(test.of)} ${test.op} ${literal(test.of, test.value)}`;
    case 'in': {
      const values = test.values.map((value) => literal(test.of, value)).join(', ');
      return `${operand(test.of)} ${test.not ? 'NOT IN' : 'IN'} (${values})`;
    }
    case 'like': {
      const pattern = test.pattern.map((piece) =>
        typeof piece === 'string' ? piece : quoted(piece.text).replace(/[%_]/g, String.raw`\$&`),
      );
      return `${operand(test.of)} LIKE '${pattern.join('')}'`;
    }
    case 'includes': {
      const sets = test.sets.map((set) => `'${quoted(set.join(';'))}'`).join(', ');
      return `${operand(test.of)} ${test.not ? 'EXCLUDES' : 'INCLUDES'} (${sets})`;
    }
    case 'literal': {
      const { name, n } = test.literal;
      return `${operand(test.of)} ${test.op} ${n === undefined ? name : `${name}:${n}`}`;
    }
    case 'near':
      return `DISTANCE(BillingAddress, GEOLOCATION(${test.from.join(', ')}), 'km') ${test.op} ${test.km}`;
    case 'join': {
      const { inner } = test;
      const query = join([`SELECT ${path(inner.field)}`, from(inner.entity), where(inner.where)]);
      return `${path(test.of)} ${test.not ? 'NOT IN' : 'IN'} (${query})`;
    }
    case 'not':
      return `(NOT ${parenthesized(test.of)})`;
    case 'and':
    case 'or': {
      const parts = test.of.map(parenthesized).join(` ${test.is.toUpperCase()} `);
      return top ? parts : `(${parts})`;
    }
  }
}

function parenthesized(test: Test): string {
  return test.is === 'and' || test.is === 'or' ? condition(test) : condition(test, true);
}

function literal(of: Operand, value: Value): string {
  if (value === null) return 'null';
  if (of.kind === 'datetime' && of.part === undefined) {
    return new Date(Number(value)).toISOString().replace('.000Z', 'Z');
  }
  if (typeof value !== 'string' || of.kind === 'date' || of.part === 'DAY_ONLY') {
    return String(value);
  }
  return `'${quoted(value)}'`;
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n');
}
