/** What Headwater needs of a Confluent-compatible schema registry. */
export interface SchemaRegistry {
  /** Registers (or finds) `schema` under `subject`; its id. `data` error when incompatible. */
  register(subject: string, schema: string): Promise<number>;
  /** The schema of an id; cached for ever, ids never change. */
  byId(id: number): Promise<string>;
  latest(subject: string): Promise<{ id: number; version: number; schema: string } | undefined>;
}
