/** The topics that a connector's entities are published to, and how their schemas grow. */
import {
  AppError,
  type Field,
  type Schema,
  type SourceTaskContext,
} from '../../../src/sdk/index.ts';
import type { Rest } from '../api/rest.ts';
import type { EventSchema } from '../pubsub/decode.ts';
import type { SourceOptions } from './config.ts';
import { SCHEMA_INCOMPATIBLE } from './config.ts';
import { changeValue, entityFields, eventValue, keySchema } from './connect-schemas.ts';
import { deriveFields } from './derive.ts';
import { evolve, type Evolution } from './evolve.ts';
import { compileProjection, type Project } from './projection.ts';

export type EntityKind = 'change' | 'event';

/** Where an event's records go, and how. */
export interface Destination {
  readonly topic: string;
  readonly keySchema: Schema;
  readonly valueSchema: Schema;
  /** The record's fields within `valueSchema`. */
  readonly fields: readonly Field[];
  readonly project: Project;
}

interface Standing {
  readonly topic: string;
  readonly fields: readonly Field[];
  readonly valueSchema: Schema;
}

export interface TopicsDeps {
  readonly context: Pick<SourceTaskContext, 'latestValueSchema' | 'log'>;
  readonly options: Pick<SourceOptions, 'topicOf' | 'incompatible' | 'eventKeyField'>;
  readonly rest: Pick<Rest, 'fieldTypes'>;
}

/** `schema.incompatible=new.topic` gives up after this many topics of one entity. */
const MAX_TOPIC_VERSIONS = 20;

export class Topics {
  readonly #deps: TopicsDeps;
  /** By topic: what it has now. */
  readonly #standing = new Map<string, Standing>();
  /** By event schema id; emptied when a topic's schema grows. */
  readonly #destinations = new Map<string, Destination>();
  readonly #keySchemas = new Map<string, Schema>();

  constructor(deps: TopicsDeps) {
    this.#deps = deps;
  }

  /** Known without waiting, or undefined. */
  known(schemaId: string): Destination | undefined {
    return this.#destinations.get(schemaId);
  }

  /** Throws `fatal` that names the field where a type changed and `schema.incompatible=fail`. */
  async resolve(schema: EventSchema, entity: string, kind: EntityKind): Promise<Destination> {
    const types = (await this.#deps.rest.fieldTypes(entity)) ?? new Map<string, string>();
    const { options } = this.#deps;
    const base = options.topicOf(entity);
    for (let version = 1; version <= MAX_TOPIC_VERSIONS; version += 1) {
      const topic = version === 1 ? base : `${base}.v${version}`;
      const derived = deriveFields(schema, topic, types);
      const standing = await this.#standingOf(topic, kind);
      const evolution: Evolution =
        standing === undefined
          ? { kind: 'grown', fields: derived }
          : evolve(standing.fields, derived);
      if (evolution.kind === 'incompatible') {
        if (options.incompatible === 'fail') throw retyped(topic, evolution);
        this.#deps.context.log.warn('A field was retyped: trying the next topic.', {
          topic,
          field: evolution.field,
        });
        continue;
      }
      const now =
        evolution.kind === 'grown' || standing === undefined
          ? this.#grow(topic, kind, evolution.kind === 'grown' ? evolution.fields : derived)
          : standing;
      return this.#remember(schema, now, kind);
    }
    throw new AppError(
      'fatal',
      'salesforce.schema',
      `${entity} was retyped ${MAX_TOPIC_VERSIONS} times: there are no more topics for it.`,
      { path: SCHEMA_INCOMPATIBLE },
    );
  }

  /** After a restart the registry's version wins: events of older schemas don't shrink it. */
  async #standingOf(topic: string, kind: EntityKind): Promise<Standing | undefined> {
    const known = this.#standing.get(topic);
    if (known !== undefined) return known;
    const valueSchema = await this.#deps.context.latestValueSchema(topic);
    const fields = valueSchema === undefined ? undefined : entityFields(valueSchema, kind);
    if (valueSchema === undefined || fields === undefined) return undefined;
    const standing = { topic, fields, valueSchema };
    this.#standing.set(topic, standing);
    return standing;
  }

  #grow(topic: string, kind: EntityKind, fields: readonly Field[]): Standing {
    const valueSchema = kind === 'change' ? changeValue(topic, fields) : eventValue(topic, fields);
    const standing = { topic, fields, valueSchema };
    this.#standing.set(topic, standing);
    this.#destinations.clear();
    return standing;
  }

  #remember(schema: EventSchema, standing: Standing, kind: EntityKind): Destination {
    const { topic, fields, valueSchema } = standing;
    const destination: Destination = {
      topic,
      keySchema: this.#keySchema(topic, kind),
      valueSchema,
      fields,
      project: compileProjection(schema.fields, fields),
    };
    this.#destinations.set(schema.id, destination);
    return destination;
  }

  #keySchema(topic: string, kind: EntityKind): Schema {
    const field = kind === 'change' ? 'Id' : (this.#deps.options.eventKeyField ?? 'EventUuid');
    const known = this.#keySchemas.get(topic) ?? keySchema(topic, field);
    this.#keySchemas.set(topic, known);
    return known;
  }
}

function retyped(topic: string, { field, was, is }: Extract<Evolution, { kind: 'incompatible' }>) {
  return new AppError(
    'fatal',
    'salesforce.schema',
    `${field} of ${topic} was ${was} and is now ${is}: readers of the topic can't take that.`,
    {
      path: field,
      suggestion: `Set ${SCHEMA_INCOMPATIBLE}=new.topic to go on in a topic of its own, then restart.`,
    },
  );
}
