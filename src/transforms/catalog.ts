/** Every transform and predicate this worker has, by Connect's class name. */
import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { INSERT_FIELD_CONFIG, insertField } from './insert-field.ts';
import {
  HAS_HEADER_KEY_CONFIG,
  TOPIC_NAME_MATCHES_CONFIG,
  hasHeaderKey,
  recordIsTombstone,
  topicNameMatches,
} from './predicates.ts';
import { REGEX_ROUTER_CONFIG, regexRouter } from './regex-router.ts';
import type { Predicate, Transform } from './transform.ts';
import { VALUE_TO_KEY_CONFIG, valueToKey } from './value-to-key.ts';

export interface TransformClass {
  readonly class: string;
  readonly config: ConfigDef;
  create(config: Config): Transform;
}

export interface PredicateClass {
  readonly class: string;
  readonly config: ConfigDef;
  create(config: Config): Predicate;
}

const PACKAGE = 'org.apache.kafka.connect.transforms.';

export const TRANSFORMS: readonly TransformClass[] = [
  {
    class: `${PACKAGE}Filter`,
    config: [],
    // Drops every record: made to be used with a predicate.
    create: () => ({ apply: () => undefined }),
  },
  {
    class: `${PACKAGE}InsertField$Key`,
    config: INSERT_FIELD_CONFIG,
    create: (config) => insertField(config, 'key'),
  },
  {
    class: `${PACKAGE}InsertField$Value`,
    config: INSERT_FIELD_CONFIG,
    create: (config) => insertField(config, 'value'),
  },
  { class: `${PACKAGE}RegexRouter`, config: REGEX_ROUTER_CONFIG, create: regexRouter },
  { class: `${PACKAGE}ValueToKey`, config: VALUE_TO_KEY_CONFIG, create: valueToKey },
];

export const PREDICATES: readonly PredicateClass[] = [
  {
    class: `${PACKAGE}predicates.HasHeaderKey`,
    config: HAS_HEADER_KEY_CONFIG,
    create: hasHeaderKey,
  },
  { class: `${PACKAGE}predicates.RecordIsTombstone`, config: [], create: recordIsTombstone },
  {
    class: `${PACKAGE}predicates.TopicNameMatches`,
    config: TOPIC_NAME_MATCHES_CONFIG,
    create: topicNameMatches,
  },
];

/** By full Java name or the part behind its package (`InsertField$Value`); else undefined. */
export function findClass<C extends { readonly class: string }>(
  classes: readonly C[],
  name: string,
): C | undefined {
  return classes.find((known) => known.class === name || simpleName(known.class) === name);
}

export function simpleName(javaName: string): string {
  return javaName.slice(javaName.lastIndexOf('.') + 1);
}
