/** The vocabulary of the fault registry. */

/** A number with its unit and range, a text, or a flag; without `default` it may be left out, or must be given. */
export type ParameterSpec = {
  readonly summary: string;
  /** Must be given: there is no sensible default. */
  readonly required?: true;
} & (
  | {
      readonly type: 'integer' | 'number';
      readonly unit: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly default?: number;
    }
  | { readonly type: 'text'; readonly default?: string }
  | { readonly type: 'choice'; readonly of: readonly string[]; readonly default?: string }
);

export interface FaultSpec {
  /** Whose clients notice. */
  readonly api: 'HTTP' | 'REST' | 'Login' | 'Bulk' | 'Pub/Sub' | 'Streaming' | 'Events' | 'Org';
  /**
   * `each`: it happens to each thing of a kind (`per`), or to so many, or to some by chance. `while`: a state that holds
   * while it is on. `once`: it happens at the moment it is asked for, and isn't on afterwards.
   */
  readonly kind: 'each' | 'while' | 'once';
  /** Of `each`: what it is counted by. */
  readonly per?:
    | 'request'
    | 'write'
    | 'call'
    | 'connection'
    | 'job'
    | 'event'
    | 'handshake'
    | 'connect';
  /** Whether `path` and `method` can choose among requests; of Pub/Sub faults, `method` is the rpc. */
  readonly chooses?: 'requests' | 'rpcs';
  readonly summary: string;
  /** The same in Salesforce: documentation, an issue, or that it isn't known. */
  readonly evidence: string;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Of `while`: it ends by itself after so much sandbox time, ms, as an allocation renews. */
  readonly renewsAfterMs?: number;
}

/** What every fault of kind `each` takes. */
export interface Occurrence {
  /** So many times, then it is off; by default until it is switched off. */
  readonly count?: number | undefined;
  /** 0 to 1, by the seed; 1 by default. */
  readonly probability?: number | undefined;
  /** Of requests, without the query; `*` stands for any characters. */
  readonly path?: string | undefined;
  /** HTTP method, or rpc. */
  readonly method?: string | undefined;
}

type ValueOf<P extends ParameterSpec> = P extends { readonly type: 'integer' | 'number' }
  ? number
  : P extends { readonly type: 'choice'; readonly of: readonly (infer Choice)[] }
    ? Choice
    : string;

type IsGiven<P extends ParameterSpec> = P extends { readonly required: true }
  ? true
  : P extends { readonly default: string | number }
    ? true
    : false;

/** How a fault is set, its defaults filled in. */
export type SettingOf<S extends FaultSpec> = Occurrence & {
  readonly [Name in keyof S['parameters']]:
    | ValueOf<S['parameters'][Name]>
    | (IsGiven<S['parameters'][Name]> extends true ? never : undefined);
};

/** A setting of any fault. */
export type AnySetting = Occurrence & Readonly<Record<string, number | string | undefined>>;
