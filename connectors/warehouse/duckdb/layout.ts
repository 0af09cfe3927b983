import { AppError, type Schema } from '../../../src/sdk/index.ts';
import { columnKind, type ColumnKind } from './columns.ts';

/** One column of the target and where its value stands in a record. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Field, or field and sub-field of a compound. */
  readonly field: string;
  readonly part: string | undefined;
  /** For messages: `record.BillingAddress.Street`. */
  readonly path: string;
}

/** What a value schema says about the table: columns, and which names in `changed[]` mean which. */
export interface Layout {
  /** Of the change envelope, or a plain struct written as it is. */
  readonly envelope: boolean;
  readonly columns: readonly Column[];
  /** Salesforce's (dotted) field name → positions in `columns`. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
}

const ENVELOPE = ['op', 'id', 'changed', 'nulled', 'record'];

const layouts = new WeakMap<Schema, Layout>();

/** The layout of a value schema; the same object each time. */
export function layoutOf(schema: Schema): Layout {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  const layout = build(schema);
  layouts.set(schema, layout);
  return layout;
}

function build(schema: Schema): Layout {
  const fields = schema.fields ?? [];
  requireNotRaw(fields);
  const record = fields.find((field) => field.name === 'record')?.schema;
  const envelope =
    record?.type === 'struct' &&
    ENVELOPE.every((name) => fields.some((field) => field.name === name));
  const columns: Column[] = [];
  const positions = new Map<string, number[]>();
  for (const field of (envelope ? record : schema).fields ?? []) {
    const path = envelope ? `record.${field.name}` : field.name;
    const salesforceName = field.name === 'NameParts' ? 'Name' : field.name;
    const note = (name: string): void => {
      positions.set(name, [...(positions.get(name) ?? []), columns.length]);
    };
    if (field.schema.type !== 'struct') {
      note(salesforceName);
      columns.push({
        name: field.name,
        kind: columnKind(field.schema),
        field: field.name,
        part: undefined,
        path,
      });
      continue;
    }
    for (const part of field.schema.fields ?? []) {
      note(salesforceName);
      note(`${salesforceName}.${part.name}`);
      columns.push({
        name: componentName(field.name, part.name),
        kind: columnKind(part.schema),
        field: field.name,
        part: part.name,
        path: `${path}.${part.name}`,
      });
    }
  }
  requireDistinct(columns);
  return { envelope, columns, positions };
}

/** In a raw event null means "not touched", too: as a plain row it would empty every column (Invariant 7). */
function requireNotRaw(fields: NonNullable<Schema['fields']>): void {
  if (!fields.some(({ name }) => name === 'ChangeEventHeader')) return;
  throw new AppError(
    'data',
    'duckdb.raw',
    'A raw Salesforce event is no row: its nulls say too little.',
    {
      suggestion: 'Publish the topic with output.format=change.',
    },
  );
}

/** The REST name of a compound's part: BillingAddress.Street → BillingStreet. */
export function componentName(field: string, part: string): string {
  if (field === 'NameParts' || field === 'Name') return part;
  if (field.endsWith('__c')) return `${field.slice(0, -1)}${part}__s`;
  if (field.endsWith('Address')) return `${field.slice(0, -'Address'.length)}${part}`;
  return `${field}_${part}`;
}

function requireDistinct(columns: readonly Column[]): void {
  const seen = new Map<string, Column>();
  for (const column of columns) {
    const other = seen.get(column.name.toLowerCase());
    if (other !== undefined) {
      throw new AppError(
        'data',
        'duckdb.column_twice',
        `${other.path} and ${column.path} would both be column ${column.name}.`,
        { path: column.path },
      );
    }
    seen.set(column.name.toLowerCase(), column);
  }
}

/** Table of a topic: every character that isn't a letter, digit or `_` becomes `_`. */
export function tableName(topic: string): string {
  return topic.replace(/[^A-Za-z0-9_]/g, '_');
}
