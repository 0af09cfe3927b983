import { COMMON_KEYS } from './connect/common.ts';
import { SINK_KEYS, sinkFindings } from './connect/sink.ts';
import { SOURCE_KEYS } from './connect/source.ts';
import { topicCreationKeys } from './connect/topic-creation.ts';
import type { ConfigDef, ConfigKey, Finding, Properties } from './definition.ts';

export interface ConnectorDefOptions {
  readonly type: 'source' | 'sink';
  /** The connector's own version. */
  readonly version: string;
  /** The worker's properties: its converters are the defaults. */
  readonly worker?: Properties | undefined;
  /** The converters this worker has. */
  readonly converters?: KnownClasses | undefined;
  readonly headerConverters?: KnownClasses | undefined;
}

export interface KnownClasses {
  /** Full names, recommended. */
  readonly names: readonly string[];
  /** Whether a name (full or alias) is one of them. */
  has(name: string): boolean;
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
    ...commonDef(options.type).map((key) => adapted(key, options)),
    ...(options.type === 'source' ? topicCreationKeys(properties) : []),
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
function adapted(key: ConfigKey, options: ConnectorDefOptions): ConfigKey {
  const { converters, headerConverters, version, worker } = options;
  if (key.name.endsWith('plugin.version')) {
    return { ...key, default: version, recommended: [version] };
  }
  if (key.name === 'header.converter') return converterKey(key, worker, headerConverters);
  if (key.name.endsWith('.converter')) return converterKey(key, worker, converters);
  return key;
}

function converterKey(
  key: ConfigKey,
  worker: Properties | undefined,
  known: KnownClasses | undefined,
): ConfigKey {
  return {
    ...key,
    default: worker?.[key.name] ?? key.default,
    ...(known === undefined
      ? {}
      : {
          recommended: known.names,
          check: (value) =>
            known.has(String(value)) ? undefined : `Class ${String(value)} could not be found.`,
        }),
  };
}
