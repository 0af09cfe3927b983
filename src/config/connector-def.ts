import {
  CLASSES_VERSION,
  versionOf,
  versionProblem,
  versionsOf,
  type NamedClass,
} from './classes.ts';
import { COMMON_KEYS } from './connect/common.ts';
import { SINK_KEYS, sinkFindings, sourceDeadLetterKeys } from './connect/sink.ts';
import { SOURCE_KEYS } from './connect/source.ts';
import { topicCreationKeys } from './connect/topic-creation.ts';
import type { ConfigDef, ConfigKey, Finding, Properties } from './definition.ts';

export interface ConnectorDefOptions {
  readonly type: 'source' | 'sink';
  /** The connector's own version, in force. */
  readonly version: string;
  /** All its versions that are here, the oldest first. */
  readonly versions?: readonly NamedClass[] | undefined;
  /** The worker's properties: its converters are the defaults. */
  readonly worker?: Properties | undefined;
  /** The converters this worker has. */
  readonly converters?: readonly NamedClass[] | undefined;
  readonly headerConverters?: readonly NamedClass[] | undefined;
}

/** Connect's own properties of a connector: what stands beside the connector's in every answer. */
export function commonDef(type: 'source' | 'sink'): ConfigDef {
  return [...COMMON_KEYS, ...(type === 'source' ? SOURCE_KEYS : SINK_KEYS)];
}

/**
 * All of a connector's properties in the order Connect validates them: the common ones, those its own
 * properties call for (topic creation groups; `aliases` = the transforms' and predicates'), then `own`.
 */
export function connectorDef(
  own: ConfigDef,
  aliases: ConfigDef,
  properties: Properties,
  options: ConnectorDefOptions,
): ConfigDef {
  return [
    ...commonDef(options.type).map((key) => adapted(key, properties, options)),
    ...(options.type === 'source'
      ? [...sourceDeadLetterKeys(properties), ...topicCreationKeys(properties)]
      : []),
    ...aliases,
    ...own,
  ];
}

/** What the common properties contradict among each other. */
export function commonFindings(
  type: 'source' | 'sink',
  properties: Properties,
): readonly Finding[] {
  return type === 'sink' ? sinkFindings(properties) : [];
}

/** A key with the defaults and recommendations of this worker and connector. */
function adapted(key: ConfigKey, properties: Properties, options: ConnectorDefOptions): ConfigKey {
  const { converters, headerConverters, versions, version, worker } = options;
  if (key.name === 'connector.plugin.version') {
    const own = versions ?? [{ class: '', version }];
    return { ...versionKey(key, own, own[0]?.class ?? ''), default: version };
  }
  const known = key.name.startsWith('header.') ? headerConverters : converters;
  if (key.name.endsWith('.plugin.version')) {
    const owner = key.name.slice(0, -'.plugin.version'.length);
    const given = properties[owner] ?? worker?.[owner];
    const named = versionsOf(known ?? [], (given ?? DEFAULT_CONVERTERS[owner] ?? '').trim());
    if (known !== undefined && named.length === 0) return { ...key, visible: false };
    const { refusal, ...shown } = versionKey(key, named, named[0]?.class ?? '');
    // The worker's own converter is of the version that the worker says.
    return properties[owner] === undefined ? shown : { ...shown, refusal };
  }
  return key.name.endsWith('.converter') ? converterKey(key, worker, known) : key;
}

/** What a worker's definition has where its file says nothing. */
const DEFAULT_CONVERTERS: Properties = {
  'key.converter': 'JsonConverter',
  'value.converter': 'JsonConverter',
  'header.converter': 'SimpleHeaderConverter',
};

function versionKey(key: ConfigKey, known: readonly NamedClass[], name: string): ConfigKey {
  const versions = known.map(versionOf);
  return {
    ...key,
    default: versions.at(-1) ?? CLASSES_VERSION,
    recommended: versions.length === 0 ? [CLASSES_VERSION] : versions,
    refusal: (value) => versionProblem(known, name, String(value)),
  };
}

function converterKey(
  key: ConfigKey,
  worker: Properties | undefined,
  known: readonly NamedClass[] | undefined,
): ConfigKey {
  return {
    ...key,
    default: worker?.[key.name] ?? key.default,
    ...(known === undefined
      ? {}
      : {
          recommended: [...new Set(known.map((each) => each.class))].toSorted(),
          check: (value) =>
            versionsOf(known, String(value)).length > 0
              ? undefined
              : `Class ${String(value)} could not be found.`,
        }),
  };
}
