/** An entity's topics: `T`, and after incompatible changes of a field's type `T.v2`, `T.v3`, … */
import { AppError, type Log } from '../../../src/sdk/index.ts';
import { OUTPUT_FORMAT, SCHEMA_INCOMPATIBLE, TOPIC_PREFIX } from './config.ts';

/** `schema.incompatible=new.topic` gives up after this many topics of one entity. */
const MAX_TOPIC_VERSIONS = 20;

/** A field (dotted) whose readers can't take its new type. */
export interface Retyped {
  readonly field: string;
  readonly was: string;
  readonly is: string;
}

/** What a format does with an event schema and the topics there are. */
export interface TopicChoice<S extends { readonly topic: string }, T> {
  /** What a topic has now, or undefined when it has no schema yet. */
  standingOf(topic: string): Promise<S | undefined>;
  /** Takes the topic for the schema, or says why it can't be. */
  take(standing: S): { readonly taken: T } | { readonly retyped: Retyped };
  /** Takes a topic that has no schema yet. */
  begin(topic: string): T;
}

/**
 * The newest of the topics that can take the schema: once a field was retyped the stream stays in its new topic, while an
 * older event read again finds the one it fits. Throws `fatal` that names the field where none can and
 * `schema.incompatible=fail`.
 */
export async function chooseTopic<S extends { readonly topic: string }, T>(
  base: string,
  incompatible: 'fail' | 'new.topic',
  choice: TopicChoice<S, T>,
  log: Log,
): Promise<T> {
  const existing = await existingTopics(base, choice);
  let refusal: AppError | undefined;
  for (const standing of existing.toReversed()) {
    const outcome = choice.take(standing);
    if ('taken' in outcome) return outcome.taken;
    refusal ??= retypedField(standing.topic, outcome.retyped);
  }
  if (refusal !== undefined && incompatible === 'fail') throw refusal;
  if (existing.length === MAX_TOPIC_VERSIONS) throw tooManyTopics(base);
  const topic = versionOf(base, existing.length + 1);
  if (refusal !== undefined) {
    log.warn('A field was retyped: going on in a new topic.', { topic, why: refusal.message });
  }
  return choice.begin(topic);
}

/** The topics that have a schema, oldest first. */
async function existingTopics<S extends { readonly topic: string }, T>(
  base: string,
  { standingOf }: Pick<TopicChoice<S, T>, 'standingOf'>,
): Promise<readonly S[]> {
  const found: S[] = [];
  while (found.length < MAX_TOPIC_VERSIONS) {
    const standing = await standingOf(versionOf(base, found.length + 1));
    if (standing === undefined) break;
    found.push(standing);
  }
  return found;
}

function versionOf(base: string, version: number): string {
  return version === 1 ? base : `${base}.v${version}`;
}

/** The topic's registered schema isn't one that this format writes. */
export function otherFormat(topic: string, format: string): AppError {
  return new AppError(
    'config',
    'salesforce.format',
    `${topic} holds records of another format than ${OUTPUT_FORMAT}=${format}.`,
    {
      path: OUTPUT_FORMAT,
      suggestion: `Choose another ${TOPIC_PREFIX}, or the format the topic was begun with.`,
    },
  );
}

function tooManyTopics(base: string): AppError {
  return new AppError(
    'fatal',
    'salesforce.schema',
    `${base} was followed by ${MAX_TOPIC_VERSIONS - 1} topics for retyped fields: there are no more for it.`,
    { path: SCHEMA_INCOMPATIBLE },
  );
}

function retypedField(topic: string, { field, was, is }: Retyped): AppError {
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
