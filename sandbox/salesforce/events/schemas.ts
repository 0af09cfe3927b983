import type { ObjectDef, Org } from '../org/types.ts';
import { eventNameOf } from './columns.ts';
import { eventSchemaOf } from './event-schema.ts';
import type { EventSchema } from './event-schema.ts';

/** What REST and the Pub/Sub API look schemas up by. */
export interface EventSchemaProvider {
  /** Of any version that was ever current, undefined otherwise. */
  schemaById(id: string): EventSchema | undefined;
  /** The current one of `AccountChangeEvent` or `Order_Event__e` (exact case), selected or not. */
  schemaOf(eventName: string): EventSchema | undefined;
}

/** Schemas of all objects that have events, made when first asked for; former versions are kept. */
export class EventSchemas implements EventSchemaProvider {
  readonly #org: Org;
  readonly #current = new Map<string, EventSchema>();
  readonly #byId = new Map<string, EventSchema>();
  readonly #listening: Disposable;

  constructor(org: Org) {
    this.#org = org;
    this.#listening = org.onSchemaChange((entity) => this.#current.delete(entity));
  }

  schemaById(id: string): EventSchema | undefined {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    for (const object of this.#org.objects()) if (hasEvents(object)) this.ofObject(object);
    return this.#byId.get(id);
  }

  schemaOf(eventName: string): EventSchema | undefined {
    const object = this.objectOf(eventName);
    return object === undefined ? undefined : this.ofObject(object);
  }

  /** The object an event is named after; undefined where there is none, or it has no events. */
  objectOf(eventName: string): ObjectDef | undefined {
    const entity = eventName.replace(/__ChangeEvent$/, '__c').replace(/ChangeEvent$/, '');
    const object = this.#org.object(entity);
    if (object === undefined || eventNameOf(object) !== eventName) return undefined;
    return hasEvents(object) ? object : undefined;
  }

  ofObject(object: ObjectDef): EventSchema {
    const known = this.#current.get(object.name);
    if (known !== undefined) return known;
    const schema = eventSchemaOf(object);
    this.#current.set(object.name, schema);
    this.#byId.set(schema.id, schema);
    return schema;
  }

  close(): void {
    this.#listening[Symbol.dispose]();
  }
}

function hasEvents(object: ObjectDef): boolean {
  return object.changeEvents || object.kind === 'platformevent';
}
