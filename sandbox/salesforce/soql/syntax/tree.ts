/** What a query is made of, as it is written. Names are unresolved; every `index` is a place in the query's text. */

/** `Account.Owner.Name`. */
export interface Name {
  readonly text: string;
  readonly index: number;
}

/** `COUNT(Id)`, `CALENDAR_YEAR(convertTimezone(CreatedDate))`, `DISTANCE(Place__c, GEOLOCATION(1, 2), 'km')`. */
export interface Call {
  readonly name: string;
  readonly index: number;
  readonly args: readonly Argument[];
  /** The same for every spelling: lower case, without spaces. */
  readonly key: string;
}

export type Argument =
  | { readonly kind: 'field'; readonly name: Name }
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'literal'; readonly literal: Literal };

/** What is compared, grouped by or sorted by. */
export type Term =
  | { readonly kind: 'field'; readonly name: Name }
  | { readonly kind: 'call'; readonly call: Call };

export interface Literal {
  readonly kind:
    | 'string'
    | 'number'
    | 'currency'
    | 'boolean'
    | 'null'
    | 'date'
    | 'datetime'
    | 'time'
    | 'dateLiteral';
  /** As written; a string with its quotes, a date literal with its number (`LAST_N_DAYS:3`). */
  readonly text: string;
  readonly index: number;
}

export type SelectItem =
  | { readonly kind: 'field'; readonly name: Name; readonly alias?: Name | undefined }
  | { readonly kind: 'call'; readonly call: Call; readonly alias?: Name | undefined }
  | { readonly kind: 'query'; readonly query: Query }
  | TypeOf;

/** `TYPEOF What WHEN Account THEN Phone ELSE Name END`. */
export interface TypeOf {
  readonly kind: 'typeof';
  readonly name: Name;
  readonly cases: readonly { readonly type: Name; readonly fields: readonly Name[] }[];
  readonly otherwise: readonly Name[];
}

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'IN'
  | 'NOT IN'
  | 'INCLUDES'
  | 'EXCLUDES';

export interface Comparing {
  readonly kind: 'comparing';
  readonly term: Term;
  readonly operator: Operator;
  readonly values: readonly Literal[];
}

/** A semi-join, or with NOT IN an anti-join. */
export interface Joining {
  readonly kind: 'joining';
  readonly term: Term;
  readonly operator: 'IN' | 'NOT IN';
  readonly query: Query;
}

export type Condition =
  | Comparing
  | Joining
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] };

export interface Ordering {
  readonly term: Term;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Grouping {
  readonly kind: 'plain' | 'rollup' | 'cube';
  readonly terms: readonly Term[];
}

export interface Query {
  readonly select: readonly SelectItem[];
  /** An object; in a sub-query of SELECT a relationship. */
  readonly from: Name;
  readonly alias?: string | undefined;
  /** `FROM Contact c, c.Account a`: the alias and the path that it stands for. */
  readonly joins: readonly { readonly path: Name; readonly alias: string }[];
  /** `mine`, in lower case. */
  readonly scope?: Name | undefined;
  readonly where?: Condition | undefined;
  readonly groupBy?: Grouping | undefined;
  readonly having?: Condition | undefined;
  readonly orderBy: readonly Ordering[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** FOR VIEW, FOR REFERENCE. */
  readonly viewed: boolean;
}
