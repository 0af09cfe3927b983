/** `output.format=raw`: events as Salesforce sent them, each schema of theirs registered as it is. */
import type { SourceTaskContext } from '../../../src/sdk/index.ts';
import type { EventSchema } from '../pubsub/decode.ts';
import type { WireEvent } from '../pubsub/messages.ts';
import { entityOf } from './channels.ts';
import { refuseCompacted } from './compaction.ts';
import type { SourceOptions } from './config.ts';
import { keySchema } from './connect-schemas.ts';
import type { Converted, Format, Origin } from './format.ts';
import { rawChanges, rawEvent, type RawConvert } from './raw-records.ts';
import { retyped, typesOfEvent, typesOfRegistered, type TypesByPath } from './raw-types.ts';
import { chooseTopic, otherFormat, type TopicChoice } from './topic-versions.ts';
import type { EntityKind } from './topics.ts';

export interface RawFormatDeps {
  readonly context: Pick<SourceTaskContext, 'valueSchemas' | 'log' | 'topicConfig'>;
  readonly options: Pick<SourceOptions, 'topicOf' | 'incompatible' | 'eventKeyField'>;
}

export class RawFormat implements Format {
  readonly #deps: RawFormatDeps;
  /** By event schema id: a record costs a look-up, its first fields, and the copy behind the wire header. */
  readonly #converts = new Map<string, RawConvert>();
  /** By topic: the types of all fields its records ever had. */
  readonly #standing = new Map<string, TypesByPath>();

  constructor(deps: RawFormatDeps) {
    this.#deps = deps;
  }

  convert(wire: WireEvent, origin: Origin): Converted | undefined {
    return this.#converts.get(wire.schemaId)?.(wire, origin);
  }

  async learn(schema: EventSchema, kind: EntityKind): Promise<void> {
    const { eventKeyField } = this.#deps.options;
    const topic = await this.#topicFor(schema, kind);
    const key = keySchema(topic, kind === 'change' ? 'Id' : (eventKeyField ?? 'EventUuid'));
    const convert =
      kind === 'change'
        ? rawChanges(schema, topic, key)
        : rawEvent(schema, topic, key, eventKeyField);
    this.#converts.set(schema.id, convert);
  }

  /**
   * Several of Salesforce's schemas share a topic while no field has another type than in any of them: more than BACKWARD
   * compatibility asks, which forgets a field that was lost and comes again.
   */
  #topicFor(schema: EventSchema, kind: EntityKind): Promise<string> {
    const { options, context } = this.#deps;
    const types = typesOfEvent(schema.fields);
    const take = (topic: string, before: TypesByPath = new Map()): string => {
      this.#standing.set(topic, new Map([...before, ...types]));
      return topic;
    };
    const choice: TopicChoice<Standing, string> = {
      standingOf: (topic) => this.#standingOf(topic, schema, kind),
      take: (standing) => {
        const clash = retyped(standing.types, types);
        return clash === undefined
          ? { taken: take(standing.topic, standing.types) }
          : { retyped: clash };
      },
      begin: (topic) => take(topic),
    };
    const base = options.topicOf(entityOf(schema.name) ?? schema.name);
    return chooseTopic(base, options.incompatible, choice, context.log);
  }

  async #standingOf(
    topic: string,
    { fullName }: EventSchema,
    kind: EntityKind,
  ): Promise<Standing | undefined> {
    const known = this.#standing.get(topic);
    if (known !== undefined) return { topic, types: known };
    const { context } = this.#deps;
    if (kind === 'change') await refuseCompacted(topic, context);
    const registered = await context.valueSchemas(topic);
    if (registered.length === 0) return undefined;
    if (registered.some(({ name }) => name !== fullName)) throw otherFormat(topic, 'raw');
    return { topic, types: new Map(registered.flatMap((each) => [...typesOfRegistered(each)])) };
  }
}

interface Standing {
  readonly topic: string;
  readonly types: TypesByPath;
}
