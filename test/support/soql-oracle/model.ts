/** Queries as the test means them, before they are written as SOQL and, by another hand, as SQL. */
export type Kind = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'id' | 'multi';

export interface Entity {
  readonly name: string;
  readonly fields: Readonly<Record<string, Kind>>;
  /** Relationship → field, and the entity it leads to; `Name` is that of a polymorphic reference. */
  readonly parents: Readonly<Record<string, readonly [field: string, entity: string]>>;
  /** Relationship → entity, and its field that points back. */
  readonly children: Readonly<Record<string, readonly [entity: string, field: string]>>;
}

export interface Field {
  readonly path: readonly string[];
  readonly name: string;
  readonly kind: Kind;
}

/** A field, or a part of a date. */
export interface Operand extends Field {
  readonly part?: DatePart | undefined;
}

export const DATE_PARTS = [
  'CALENDAR_YEAR',
  'CALENDAR_QUARTER',
  'CALENDAR_MONTH',
  'DAY_IN_MONTH',
  'DAY_IN_WEEK',
  'DAY_IN_YEAR',
  'WEEK_IN_MONTH',
  'WEEK_IN_YEAR',
  'HOUR_IN_DAY',
  'DAY_ONLY',
] as const;
export type DatePart = (typeof DATE_PARTS)[number];

/** Dates as `YYYY-MM-DD`, instants as epoch ms. */
export type Value = string | number | boolean | null;

export type Test =
  | { readonly is: 'compare'; readonly of: Operand; readonly op: Op; readonly value: Value }
  | { readonly is: 'in'; readonly of: Operand; readonly not: boolean; readonly values: Value[] }
  | { readonly is: 'like'; readonly of: Operand; readonly pattern: readonly LikePiece[] }
  | {
      readonly is: 'includes';
      readonly of: Operand;
      readonly not: boolean;
      readonly sets: string[][];
    }
  | { readonly is: 'literal'; readonly of: Operand; readonly op: Op; readonly literal: DateLiteral }
  | {
      readonly is: 'near';
      readonly from: readonly [number, number];
      readonly op: '<' | '>';
      readonly km: number;
    }
  | { readonly is: 'join'; readonly of: Field; readonly not: boolean; readonly inner: Inner }
  | { readonly is: 'not'; readonly of: Test }
  | { readonly is: 'and' | 'or'; readonly of: readonly Test[] };

export type Op = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type LikePiece = { readonly text: string } | '%' | '_';
export interface DateLiteral {
  readonly name: string;
  readonly n?: number | undefined;
}

export interface Inner {
  readonly entity: string;
  readonly field: Field;
  readonly where?: Test | undefined;
}

export interface Order {
  readonly of: Operand | Aggregate;
  readonly descending: boolean;
  readonly nulls?: 'FIRST' | 'LAST' | undefined;
}

export interface Rows {
  readonly is: 'rows';
  readonly entity: string;
  readonly select: readonly Field[];
  readonly children: readonly Children[];
  readonly where?: Test | undefined;
  /** Always ends with Id, so that the order is the one right one. */
  readonly orderBy: readonly Order[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** With the recycle bin. */
  readonly all: boolean;
}

export interface Children {
  readonly relationship: string;
  readonly entity: string;
  readonly field: string;
  readonly select: readonly Field[];
  readonly where?: Test | undefined;
  readonly orderBy: readonly Order[];
  readonly limit?: number | undefined;
}

export interface Aggregate {
  readonly fn: 'COUNT' | 'COUNT_DISTINCT' | 'SUM' | 'AVG' | 'MIN' | 'MAX' | 'GROUPING';
  readonly of: Field;
}

export interface Groups {
  readonly is: 'groups';
  readonly entity: string;
  readonly by: readonly Operand[];
  readonly mode: 'plain' | 'ROLLUP' | 'CUBE';
  readonly aggregates: readonly Aggregate[];
  readonly where?: Test | undefined;
  readonly having?: { readonly of: Aggregate; readonly op: Op; readonly value: number } | undefined;
}

export interface Counted {
  readonly is: 'count';
  readonly entity: string;
  readonly where?: Test | undefined;
  readonly limit?: number | undefined;
}

export type Asked = Rows | Groups | Counted;
