/** What Headwater needs of a Confluent-compatible schema registry. Errors: see `http.ts`. */
export interface SchemaRegistry {
  /** Registers (or finds) `schema` under `subject`; its id. `data` error when incompatible. */
  register(subject: string, schema: string): Promise<number>;
  /** The id of `schema` under `subject` without registering it, or undefined. */
  lookup(subject: string, schema: string): Promise<number | undefined>;
  /** The schema of an id, references written in; cached, ids never change. */
  byId(id: number): Promise<string>;
  /** Never cached: the newest version, or undefined when there is no such subject. */
  latest(subject: string): Promise<RegisteredSchema | undefined>;
  /** Never cached: all versions, oldest first; empty when there is no such subject. */
  versions(subject: string): Promise<readonly RegisteredSchema[]>;
}

export interface RegisteredSchema {
  readonly id: number;
  readonly version: number;
  readonly schema: string;
}
