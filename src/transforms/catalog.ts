/** Every transform and predicate this worker has, by Connect's class name. */
import type { NamedClass } from '../config/classes.ts';
import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { CAST_CONFIG, cast } from './cast.ts';
import { DROP_HEADERS_CONFIG, dropHeaders } from './drop-headers.ts';
import { EXTRACT_FIELD_CONFIG, extractField } from './extract-field.ts';
import { FLATTEN_CONFIG, flatten } from './flatten.ts';
import { HEADER_FROM_CONFIG, headerFrom } from './header-from.ts';
import { HOIST_FIELD_CONFIG, hoistField } from './hoist-field.ts';
import { INSERT_FIELD_CONFIG, insertField } from './insert-field.ts';
import { INSERT_HEADER_CONFIG, insertHeader } from './insert-header.ts';
import { MASK_FIELD_CONFIG, maskField } from './mask-field.ts';
import { NO_OPTIONS } from './options.ts';
import {
  HAS_HEADER_KEY_CONFIG,
  TOPIC_NAME_MATCHES_CONFIG,
  hasHeaderKey,
  recordIsTombstone,
  topicNameMatches,
} from './predicates.ts';
import { REGEX_ROUTER_CONFIG, regexRouter } from './regex-router.ts';
import { REPLACE_FIELD_CONFIG, replaceField } from './replace-field.ts';
import { SET_SCHEMA_METADATA_CONFIG, setSchemaMetadata } from './set-schema-metadata.ts';
import type { Side } from './side.ts';
import { TIMESTAMP_CONVERTER_CONFIG, timestampConverter } from './timestamp-converter.ts';
import { TIMESTAMP_ROUTER_CONFIG, timestampRouter } from './timestamp-router.ts';
import type { Predicate, Transform } from './transform.ts';
import { VALUE_TO_KEY_CONFIG, valueToKey } from './value-to-key.ts';

export interface TransformClass extends NamedClass {
  readonly config: ConfigDef;
  create(config: Config): Transform;
}

export interface PredicateClass extends NamedClass {
  readonly config: ConfigDef;
  create(config: Config): Predicate;
}

/** A transform of the record as a whole. */
function whole(name: string, config: ConfigDef, create: TransformClass['create']): TransformClass {
  return { class: PACKAGE + name, config, create };
}

/** A transform that has a class for the key and one for the value. */
function sided(
  name: string,
  config: ConfigDef,
  create: (config: Config, side: Side) => Transform,
): readonly TransformClass[] {
  return [
    whole(`${name}$Key`, config, (own) => create(own, 'key')),
    whole(`${name}$Value`, config, (own) => create(own, 'value')),
  ];
}

const PACKAGE = 'org.apache.kafka.connect.transforms.';

export const TRANSFORMS: readonly TransformClass[] = [
  ...sided('Cast', CAST_CONFIG, cast),
  whole('DropHeaders', DROP_HEADERS_CONFIG, dropHeaders),
  ...sided('ExtractField', EXTRACT_FIELD_CONFIG, extractField),
  // Drops every record: made to be used with a predicate.
  whole('Filter', NO_OPTIONS, () => ({ apply: () => undefined })),
  ...sided('Flatten', FLATTEN_CONFIG, flatten),
  ...sided('HeaderFrom', HEADER_FROM_CONFIG, headerFrom),
  ...sided('HoistField', HOIST_FIELD_CONFIG, hoistField),
  ...sided('InsertField', INSERT_FIELD_CONFIG, insertField),
  whole('InsertHeader', INSERT_HEADER_CONFIG, insertHeader),
  ...sided('MaskField', MASK_FIELD_CONFIG, maskField),
  whole('RegexRouter', REGEX_ROUTER_CONFIG, regexRouter),
  ...sided('ReplaceField', REPLACE_FIELD_CONFIG, replaceField),
  ...sided('SetSchemaMetadata', SET_SCHEMA_METADATA_CONFIG, setSchemaMetadata),
  ...sided('TimestampConverter', TIMESTAMP_CONVERTER_CONFIG, timestampConverter),
  whole('TimestampRouter', TIMESTAMP_ROUTER_CONFIG, timestampRouter),
  whole('ValueToKey', VALUE_TO_KEY_CONFIG, valueToKey),
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

/** What `transforms` and `predicates` can name: the built-in classes, and those of plugins. */
export interface TransformClasses {
  readonly transforms: readonly TransformClass[];
  readonly predicates: readonly PredicateClass[];
}

export const BUILT_IN: TransformClasses = { transforms: TRANSFORMS, predicates: PREDICATES };
