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
import { refuseCompacted } from './compaction.ts';
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
  readonly context: Pick<SourceTaskContext, 'latestValueSchema' | 'log' | 'topicConfig'>;
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

  /**
   * The newest of the entity's topics that can take the schema: once a field was retyped the stream stays in its new topic,
   * while an older event read again finds the one it fits. Throws `fatal` that names the field where none can and
   * `schema.incompatible=fail`.
   */
  async resolve(schema: EventSchema, entity: string, kind: EntityKind): Promise<Destination> {
    const types = (await this.#deps.rest.fieldTypes(entity)) ?? new Map<string, string>();
    const base = this.#deps.options.topicOf(entity);
    const existing = await this.#existing(base, kind);
    let retyped: AppError | undefined;
    for (const standing of existing.toReversed()) {
      const evolution = evolve(standing.fields, deriveFields(schema, standing.topic, types));
      if (evolution.kind === 'same') return this.#remember(schema, standing, kind);
      if (evolution.kind === 'grown') {
        return this.#remember(schema, this.#grow(standing.topic, kind, evolution.fields), kind);
      }
      retyped ??= retypedField(standing.topic, evolution);
    }
    if (retyped !== undefined && this.#deps.options.incompatible === 'fail') throw retyped;
    if (existing.length === MAX_TOPIC_VERSIONS) throw tooManyTopics(entity);
    const topic = versionOf(base, existing.length + 1);
    if (retyped !== undefined) {
      const { message: why } = retyped;
      this.#deps.context.log.warn('A field was retyped: going on in a new topic.', { topic, why });
    }
    return this.#remember(
      schema,
      this.#grow(topic, kind, deriveFields(schema, topic, types)),
      kind,
    );
  }

  /** The entity's topics that have a schema, oldest first. */
  async #existing(base: string, kind: EntityKind): Promise<readonly Standing[]> {
    const found: Standing[] = [];
    while (found.length < MAX_TOPIC_VERSIONS) {
      const standing = await this.#standingOf(versionOf(base, found.length + 1), kind);
      if (standing === undefined) break;
      found.push(standing);
    }
    return found;
  }

  /** After a restart the registry's version wins: events of older schemas don't shrink it. */
  async #standingOf(topic: string, kind: EntityKind): Promise<Standing | undefined> {
    const known = this.#standing.get(topic);
    if (known !== undefined) return known;
    if (kind === 'change') await refuseCompacted(topic, this.#deps.context);
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

function versionOf(base: string, version: number): string {
  return version === 1 ? base : `${base}.v${version}`;
}

function tooManyTopics(entity: string): AppError {
  return new AppError(
    'fatal',
    'salesforce.schema',
    `${entity} was retyped ${MAX_TOPIC_VERSIONS} times: there are no more topics for it.`,
    { path: SCHEMA_INCOMPATIBLE },
  );
}

function retypedField(
  topic: string,
  { field, was, is }: Extract<Evolution, { kind: 'incompatible' }>,
): AppError {
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
