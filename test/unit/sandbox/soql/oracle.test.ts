/**
 * Goal: SOQL gives what the records say.
 * Method: 2,000 random queries, each written as SOQL for the sandbox and, by a translator of the test's own, as SQL for
 * DuckDB, which holds the same records; both answers are compared, in order.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { RecordValues } from '../../../../sandbox/salesforce/org/types.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';
import { seededRandom } from '../../../support/random.ts';
import { copyToDuckDb, NOW, seedOrg } from '../../../support/soql-oracle/data.ts';
import { ENTITIES } from '../../../support/soql-oracle/entities.ts';
import { Generator } from '../../../support/soql-oracle/generate.ts';
import type {
  Asked,
  Field,
  Groups,
  Kind,
  Rows,
  Value,
} from '../../../support/soql-oracle/model.ts';
import { toSoql } from '../../../support/soql-oracle/to-soql.ts';
import { SqlWriter } from '../../../support/soql-oracle/to-sql.ts';

const QUERIES = Number(process.env['HEADWATER_SOQL_QUERIES'] ?? 2000);
/** Queries that DuckDB gets at once. */
const BATCH = 40;
const random = seededRandom(Number(process.env['HEADWATER_SEED'] ?? 5));
const writer = new SqlWriter(ENTITIES, NOW);
let org: SandboxOrg;
let duck: DuckDBConnection;

beforeAll(async () => {
  org = seedOrg(random);
  duck = await copyToDuckDb(org);
});
afterAll(() => duck.closeSync());

type Row = Record<string, unknown>;
type Answer = readonly (readonly unknown[])[];

const known = new Map<string, RecordValues[]>();

/** One of the values that records have. */
function valueOf(entity: string, field: string): Value {
  if (entity === 'Name' && field === 'Type') return random.pick(['Account', 'Opportunity', 'Case']);
  const name = entity === 'Name' ? random.pick(['Account', 'Opportunity']) : entity;
  const records = known.get(name) ?? [...org.records(name, true)];
  known.set(name, records);
  return random.pick(records)[field] ?? null;
}

/** Many at once, since each round trip costs more than a query. */
async function sql(texts: readonly string[]): Promise<Answer[]> {
  const one = (text: string, i: number): string =>
    `SELECT ${i} AS i, CAST(to_json(list(x)) AS VARCHAR) AS rows FROM (${text}) x`;
  const reader = await duck.runAndReadAll(texts.map(one).join('\nUNION ALL\n'));
  const answers: Answer[] = texts.map(() => []);
  for (const [i, rows] of reader.getRowsJson()) {
    const records = JSON.parse(typeof rows === 'string' ? rows : '[]') as Row[];
    answers[Number(i)] = records.map((record) => Object.values(record));
  }
  return answers;
}

/** Both worlds' values in one form: numbers rounded, instants and days as text. */
function plain(kind: Kind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'number':
      return Number(Number(value).toPrecision(12));
    case 'datetime':
      return typeof value === 'string' ? value.slice(0, 19).replace('T', ' ') : value;
    default:
      return value;
  }
}

function at(record: Row, { path, name }: Pick<Field, 'path' | 'name'>): unknown {
  let row: Row | null = record;
  for (const step of path) row = (row?.[step] ?? null) as Row | null;
  return row?.[name] ?? null;
}

function shownRows(records: readonly Row[], select: readonly Field[]): Answer {
  return records.map((row) => select.map((field) => plain(field.kind, at(row, field))));
}

function soqlRows(asked: Rows, records: readonly Row[]): unknown {
  const children = asked.children.map(({ relationship, select }) =>
    records.map((row) => {
      const result = row[relationship] as { totalSize: number; records: Row[] } | null;
      expect(result?.totalSize).toBe(result?.records.length);
      return result === null ? [] : shownRows(result.records, select);
    }),
  );
  return { rows: shownRows(records, asked.select), children };
}

function sqlRows(asked: Rows, [found = [], ...all]: readonly Answer[]): unknown {
  const kinds = asked.select.map(({ kind }) => kind);
  const children = asked.children.map(({ select }, i) => {
    const byParent = Map.groupBy(all[i] ?? [], ([parent]) => parent);
    const shown = (row: readonly unknown[]): unknown[] =>
      select.map(({ kind }, j) => plain(kind, row[j + 1]));
    return found.map(([id]) => (byParent.get(id) ?? []).map(shown));
  });
  return { rows: found.map((row) => kinds.map((kind, i) => plain(kind, row[i + 1]))), children };
}

/** Groups come in any order; of texts that differ by case any may stand for the group. */
function folded(rows: Answer, kinds: readonly Kind[]): unknown {
  const plainRows = rows.map((row) =>
    kinds.map((kind, i) => {
      const value = plain(kind, row[i]);
      return typeof value === 'string' && kind === 'text' ? value.toLowerCase() : value;
    }),
  );
  return plainRows.map((row) => JSON.stringify(row)).toSorted();
}

function groupKinds({ by, aggregates }: Groups): Kind[] {
  return [
    ...by.map(({ part, kind }) =>
      part === undefined ? kind : part === 'DAY_ONLY' ? 'date' : 'number',
    ),
    ...aggregates.map(({ fn, of }) => (fn === 'MIN' || fn === 'MAX' ? of.kind : 'number')),
  ];
}

/** One for the rows, and one for each sub-query. */
function sqlOf(asked: Asked): readonly string[] {
  switch (asked.is) {
    case 'count':
      return [writer.count(asked)];
    case 'groups':
      return [writer.groups(asked)];
    case 'rows':
      return [
        writer.rows(asked),
        ...asked.children.map((each) => writer.children(each, asked.all)),
      ];
  }
}

function bySandbox(asked: Asked, soql: string): unknown {
  const deleted = asked.is === 'rows' && asked.all;
  const result = runQuery({ org, user: org.admin, version: '60.0' }, soql, { deleted });
  const records = result.records(0, result.length);
  switch (asked.is) {
    case 'count':
      return result.totalSize;
    case 'groups': {
      const keys = [
        ...asked.by.map((_, i) => `g${i}`),
        ...asked.aggregates.map((_, i) => `expr${i}`),
      ];
      const rows = records.map((row) => keys.map((key) => row[key]));
      return folded(rows, groupKinds(asked));
    }
    case 'rows':
      return soqlRows(asked, records);
  }
}

function byDuckDb(asked: Asked, answers: readonly Answer[]): unknown {
  const [rows = []] = answers;
  switch (asked.is) {
    case 'count':
      return rows[0]?.[0];
    case 'groups':
      return folded(rows, groupKinds(asked));
    case 'rows':
      return sqlRows(asked, answers);
  }
}

test(`${QUERIES} random queries are answered as DuckDB answers them`, async () => {
  const generator = new Generator(random, valueOf);
  const found = { rows: 0, groups: 0, count: 0, empty: 0 };
  for (let done = 0; done < QUERIES; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, QUERIES - done) }, () => generator.next());
    const texts = batch.map(sqlOf);
    const answers = await sql(texts.flat());
    for (const [i, asked] of batch.entries()) {
      const soql = toSoql(asked);
      const told = `seed ${random.seed}, query ${done + i}: ${soql}\n${texts[i]?.join('\n') ?? ''}`;
      const expected = byDuckDb(asked, answers.splice(0, texts[i]?.length ?? 0));
      const answered = attempt(asked, soql, told);
      if (!isDeepStrictEqual(answered, expected)) expect(answered, told).toEqual(expected);
      found[asked.is]++;
      if (isEmpty(expected)) found.empty++;
    }
  }
  console.log(`seed ${random.seed}: ${JSON.stringify(found)}`);
  expect(found.empty).toBeLessThan(QUERIES / 2);
}, 240_000);

function attempt(asked: Asked, soql: string, told: string): unknown {
  try {
    return bySandbox(asked, soql);
  } catch (cause) {
    throw new Error(told, { cause });
  }
}

function isEmpty(answer: unknown): boolean {
  if (typeof answer === 'number') return answer === 0;
  const rows = Array.isArray(answer) ? answer : (answer as { rows: unknown[] }).rows;
  return rows.length === 0;
}
