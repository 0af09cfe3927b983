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
  /** '' = none, as Connect shows the keys of connectors that don't group theirs. */
  readonly group: string;
  /** Place in its group as Connect shows it; default: the place among the group's keys, from 1. */
  readonly order?: number | undefined;
  readonly displayName: string;
  readonly width?: 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG' | undefined;
  /** Allowed values (case kept); checked when given and shown as recommended. */
  readonly values?: readonly string[] | undefined;
  /** Shown as recommended without being the only ones allowed. */
  readonly recommended?: readonly string[] | undefined;
  /** Bounds of INT, LONG, DOUBLE, inclusive. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /**
   * Further check of a value that is set (STRING, CLASS, PASSWORD: string; LIST: string[]; numbers,
   * BOOLEAN): what is wrong with it, as a sentence, or undefined.
   */
  readonly check?: ((value: unknown) => string | undefined) | undefined;
  /** As `check`, but the answer is the whole message: some of Connect's don't begin with the value. */
  readonly refusal?: ((value: unknown, name: string) => string | undefined) | undefined;
  readonly dependents?: readonly string[] | undefined;
  /** What it is when it isn't set, though it has no default: the runtime sets it. */
  readonly assumed?: string | undefined;
  /** Whether it means something beside the others; default true. */
  readonly visible?: boolean | undefined;
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
