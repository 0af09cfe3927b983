import { randomUUID } from 'node:crypto';
import { base62 } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { Actor, JsonValues, Org } from '../org/types.ts';
import { AvroWriter } from './avro-writer.ts';
import { writeBody } from './body.ts';
import { payloadOf } from './event-log.ts';
import type { EventLog, LoggedEvent } from './event-log.ts';
import { payloadProblem } from './payload-check.ts';
import type { PublishTrouble } from './publish-trouble.ts';
import type { EventSchemas } from './schemas.ts';
import type { EventSettings } from './settings.ts';

const ALLOCATION_USED_UP =
  'The number of published platform event messages exceeded the hourly publishing limit.';

export interface Published {
  /** What REST answers as `id`: `e00…`. It finds nothing. */
  readonly id: string;
  readonly eventUuid: string;
}

export interface PlatformEventPublisher {
  /** Publishes at once. Throws SalesforceError as an insert would: unknown object, field, type, missing value. */
  publish(entity: string, values: JsonValues, actor: Actor): Published;
}

/** An event that came encoded, over the Pub/Sub API. */
export interface EncodedPlatformEvent {
  readonly entity: string;
  /** Becomes the event's id; by default a new UUID. */
  readonly id: string;
  readonly schemaId: string;
  readonly payload: Uint8Array;
}

export class PlatformEvents implements PlatformEventPublisher {
  readonly #org: Org;
  readonly #schemas: EventSchemas;
  readonly #log: EventLog;
  readonly #settings: EventSettings;
  readonly #writer = new AvroWriter();
  /** By default all goes well. */
  trouble: PublishTrouble | undefined;
  #published = 0;

  constructor(org: Org, schemas: EventSchemas, log: EventLog, settings: EventSettings) {
    this.#org = org;
    this.#schemas = schemas;
    this.#log = log;
    this.#settings = settings;
  }

  publish(entity: string, values: JsonValues, actor: Actor): Published {
    const object = this.#org.object(entity);
    if (object?.kind !== 'platformevent') {
      throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
    }
    const schema = this.#schemas.ofObject(object);
    const record = {
      ...this.#org.convert(object.name, values),
      CreatedDate: this.#org.clock.now(),
      CreatedById: actor.userId,
    };
    writeBody(this.#writer, schema.columns, record);
    const payload = this.#writer.take();
    if (payload.length > this.#settings.maxEventBytes) {
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', 'The event message is too large.');
    }
    if (this.trouble?.admits() === false) {
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', ALLOCATION_USED_UP);
    }
    const eventUuid = randomUUID();
    const event = { entity: object.name, id: eventUuid, schemaId: schema.id, payload };
    const store = (): void => void this.#append(event);
    if (this.trouble?.holds(store) !== true) store();
    this.#published++;
    return { id: `e00xx${base62(this.#published, 10)}AAA`, eventUuid };
  }

  /** Throws Error, in words for the publisher, where the payload isn't of the schema or too large. */
  publishEncoded(event: EncodedPlatformEvent): LoggedEvent {
    const schema = this.#schemas.schemaById(event.schemaId);
    if (schema?.entity !== event.entity) {
      throw new Error(`The schema ID "${event.schemaId}" is none of ${event.entity}.`);
    }
    if (event.payload.length > this.#settings.maxEventBytes) {
      throw new Error(
        `The event message has ${event.payload.length} bytes; ${this.#settings.maxEventBytes} are allowed.`,
      );
    }
    const problem = payloadProblem(schema.columns, event.payload);
    if (problem !== undefined) throw new Error(`The payload doesn't fit the schema: ${problem}.`);
    if (this.trouble?.admits() === false) throw new Error(ALLOCATION_USED_UP);
    return this.#append({ ...event, id: event.id === '' ? randomUUID() : event.id });
  }

  /** The newest events once more, as publishers that retry make them: the same ids, other replay ids. */
  repeat(count: number): number {
    const events = this.#log.newest(count, (event) => event.topic.startsWith('/event/'));
    this.#log.append(
      events.map((event) => ({
        topic: event.topic,
        entity: event.entity,
        schemaId: event.schemaId,
        id: event.id,
        payload: payloadOf(event),
      })),
    );
    return events.length;
  }

  #append(event: EncodedPlatformEvent): LoggedEvent {
    const stored = { ...event, topic: `/event/${event.entity}` };
    const [logged] = this.#log.append([stored]);
    if (logged === undefined) throw new TypeError('The log took no event.');
    if (this.trouble?.repeats() === true) this.#log.append([stored]);
    this.trouble?.stored();
    return logged;
  }
}
