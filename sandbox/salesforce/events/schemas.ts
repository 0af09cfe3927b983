import { ObservedMap } from '../observed-map.ts';
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
  readonly #objects = new Map<string, ObjectDef>();
  readonly #byId = new Map<string, EventSchema>();
  /** Objects as they were while a schema of theirs was asked for, by its id. */
  readonly former = new ObservedMap<string, ObjectDef>();
  readonly #listening: Disposable;
  /** Of Salesforce, since the start. */
  #release = 0;

  constructor(org: Org) {
    this.#org = org;
    this.#listening = org.onSchemaChange((entity) => this.#leave(entity));
  }

  schemaById(id: string): EventSchema | undefined {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const former = this.former.get(id);
    if (former !== undefined) return { ...eventSchemaOf(former), id };
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
    const schema = eventSchemaOf(object, this.#release);
    this.#current.set(object.name, schema);
    this.#objects.set(object.name, object);
    this.#byId.set(schema.id, schema);
    return schema;
  }

  /** As by a release of Salesforce: other ids, the same fields. Former ids are still known. */
  renew(): void {
    this.#release++;
    for (const entity of this.#current.keys()) this.#leave(entity);
  }

  /** Defs are kept by what the schema was made of: the same ids come out of them. */
  #leave(entity: string): void {
    const schema = this.#current.get(entity);
    const object = this.#objects.get(entity);
    if (schema !== undefined && object !== undefined) this.former.set(schema.id, object);
    this.#current.delete(entity);
  }

  close(): void {
    this.#listening[Symbol.dispose]();
  }
}

function hasEvents(object: ObjectDef): boolean {
  return object.changeEvents || object.kind === 'platformevent';
}
