/** Configuration definitions as data: from them come parsing, validation, REST answers and docs. */
export type ConfigType =
  | 'STRING'
  | 'INT'
  | 'SHORT'
  | 'LONG'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'LIST'
  | 'CLASS'
  | 'PASSWORD';

export interface ConfigKey {
  readonly name: string;
  readonly type: ConfigType;
  /** Default as Connect prints it (a string, or null = "unset is fine"); absent = required. */
  readonly default?: string | null | undefined;
  readonly importance: 'HIGH' | 'MEDIUM' | 'LOW';
  readonly documentation: string;
  readonly group: string;
  readonly displayName: string;
  readonly width?: 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG' | undefined;
  /** Allowed values (case kept); checked when given and shown as recommended. */
  readonly values?: readonly string[] | undefined;
  /** Bounds of INT, LONG, DOUBLE, inclusive. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Further check of a parsed value: what is wrong with it, as a sentence, or undefined. */
  readonly check?: ((value: unknown) => string | undefined) | undefined;
  readonly dependents?: readonly string[] | undefined;
  /** Names starting with this key's name are accepted too (`topic.creation.`). */
  readonly prefix?: boolean | undefined;
}

export type ConfigDef = readonly ConfigKey[];

/** A connector's or worker's properties as written: strings only, references unresolved. */
export type Properties = Readonly<Record<string, string>>;

/** One thing found wrong, on the property it is about. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}
