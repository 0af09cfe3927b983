/** Event schemas by id: fetched once, kept bounded, compiled. */
import type { PubSubClient } from './client.ts';
import { compileEventSchema } from './decode.ts';
import type { EventSchema } from './decode.ts';
import { PubSubError } from './errors.ts';

/** Schemas kept; a channel of a hundred entities with several revisions each fits. */
const LIMIT = 500;

/** A failure blocks the event that needs the schema; it is never skipped, and the next try asks again. */
export class SchemaCache {
  readonly #client: Pick<PubSubClient, 'getSchema'>;
  readonly #known = new Map<string, EventSchema>();
  readonly #pending = new Map<string, Promise<EventSchema>>();

  constructor(client: Pick<PubSubClient, 'getSchema'>) {
    this.#client = client;
  }

  /** The schema, or undefined if `fetch` must be awaited first. */
  get(schemaId: string): EventSchema | undefined {
    return this.#known.get(schemaId);
  }

  /** Callers at the same time share one call. */
  async fetch(schemaId: string, signal: AbortSignal): Promise<EventSchema> {
    const pending = this.#pending.get(schemaId);
    if (pending !== undefined) return pending;
    const made = this.#load(schemaId, signal);
    this.#pending.set(schemaId, made);
    try {
      return await made;
    } finally {
      this.#pending.delete(schemaId);
    }
  }

  async #load(schemaId: string, signal: AbortSignal): Promise<EventSchema> {
    const { json } = await this.#client.getSchema(schemaId, signal);
    let schema: EventSchema;
    try {
      schema = compileEventSchema(schemaId, json);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new PubSubError('fatal', 'schema', `Schema ${schemaId} can't be read: ${why}.`, error);
    }
    if (this.#known.size >= LIMIT) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    this.#known.set(schemaId, schema);
    return schema;
  }
}
