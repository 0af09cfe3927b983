/** The topics that a connector's entities are published to, and how their schemas grow. */
import type { Field, Schema, SourceTaskContext } from '../../../src/sdk/index.ts';
import type { Rest } from '../api/rest.ts';
import type { EventSchema } from '../pubsub/decode.ts';
import type { SourceOptions } from './config.ts';
import { refuseCompacted } from './compaction.ts';
import { changeValue, entityFields, eventValue, keySchema } from './connect-schemas.ts';
import { deriveFields } from './derive.ts';
import { evolve } from './evolve.ts';
import { compileProjection, type Project } from './projection.ts';
import { chooseTopic, otherFormat, type TopicChoice } from './topic-versions.ts';

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
  readonly context: Pick<SourceTaskContext, 'latestValueSchema' | 'log' | 'topicConfig'>;
  readonly options: Pick<SourceOptions, 'topicOf' | 'incompatible' | 'eventKeyField'>;
  readonly rest: Pick<Rest, 'fieldTypes'>;
}

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

  /** Finds the topic for a schema's events and grows its schema; throws as `chooseTopic`. */
  async resolve(schema: EventSchema, entity: string, kind: EntityKind): Promise<Destination> {
    const { options, context, rest } = this.#deps;
    const types = (await rest.fieldTypes(entity)) ?? new Map<string, string>();
    const base = options.topicOf(entity);
    const choice: TopicChoice<Standing, Destination> = {
      standingOf: (topic) => this.#standingOf(topic, kind),
      take: (standing) => {
        const evolution = evolve(standing.fields, deriveFields(schema, standing.topic, types));
        if (evolution.kind === 'incompatible') return { retyped: evolution };
        const now =
          evolution.kind === 'same' ? standing : this.#grow(standing.topic, kind, evolution.fields);
        return { taken: this.#remember(schema, now, kind) };
      },
      begin: (topic) => {
        const now = this.#grow(topic, kind, deriveFields(schema, topic, types));
        return this.#remember(schema, now, kind);
      },
    };
    return chooseTopic(base, options.incompatible, choice, context.log);
  }

  /** After a restart the registry's version wins: events of older schemas don't shrink it. */
  async #standingOf(topic: string, kind: EntityKind): Promise<Standing | undefined> {
    const known = this.#standing.get(topic);
    if (known !== undefined) return known;
    if (kind === 'change') await refuseCompacted(topic, this.#deps.context);
    const valueSchema = await this.#deps.context.latestValueSchema(topic);
    if (valueSchema === undefined) return undefined;
    const fields = entityFields(valueSchema, kind);
    if (fields === undefined) throw otherFormat(topic, 'change');
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
