/**
 * What a plugin package may bring besides connectors. Each is made by `create`, at once: what is slow belongs into
 * its first use.
 *
 *     export const plugins = [
 *       {
 *         class: 'com.acme.Shout$Value',
 *         type: 'transformation',
 *         version: '1.2.0',
 *         config: [],
 *         create: () => ({ apply: (record) => ({ ...record, value: `${record.value}!` }) }),
 *       },
 *     ];
 */
import type { Config } from '../config/config.ts';
import type { ConfigDef, Properties } from '../config/definition.ts';
import type { ConfigProvider } from '../config/providers.ts';
import type { ConnectRecord, Header, RawHeader } from '../data/record.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';

export type { ConfigProvider, ProvidedValue } from '../config/providers.ts';

export interface PluginIdentity {
  /** What properties call it: a connector's `connector.class`, a converter's `value.converter`. */
  readonly class: string;
  /** Further accepted names. */
  readonly aliases?: readonly string[] | undefined;
  /** As in the package: several versions of one class may be there (`*.plugin.version`). */
  readonly version: string;
  /** Its own properties; the runtime adds Connect's common ones to a connector's. */
  readonly config: ConfigDef;
  /** URL of the module that exports it, in `plugins` or by itself; the worker sets it: it is what a thread loads. */
  readonly module?: string | undefined;
}

/**
 * Bytes to Connect data and back. Synchronous once a schema is known, a promise the first time (a
 * registry was asked): callers await only what is a promise. Throws `data` errors naming the field's
 * path; `retriable` when the registry is away.
 */
export interface Converter {
  encode(
    topic: string,
    schema: Schema | undefined,
    value: unknown,
  ): Uint8Array | null | Promise<Uint8Array | null>;
  decode(topic: string, bytes: Uint8Array | null): SchemaAndValue | Promise<SchemaAndValue>;
  /** The newest schema registered for a topic, where the converter has a registry. */
  latest?(topic: string): Promise<Schema | undefined>;
  /** All schemas registered for a topic, oldest first, where the converter has a registry. */
  versions?(topic: string): Promise<readonly Schema[]>;
}

export interface ConverterOptions {
  readonly isKey: boolean;
  /** Options with the `key.converter.` / `value.converter.` prefix taken off. */
  readonly properties: Properties;
}

/** Record headers to bytes and back; synchronous always. */
export interface HeaderConverter {
  encode(topic: string, header: Header): RawHeader;
  decode(topic: string, header: RawHeader): Header;
}

/** Pure: returns a new record, the same one, or undefined = filtered (and still acked). */
export interface Transform {
  apply<R extends ConnectRecord>(record: R): R | undefined;
}

export interface Predicate {
  test(record: ConnectRecord): boolean;
}

export interface ConverterDescriptor extends PluginIdentity {
  readonly type: 'converter';
  create(options: ConverterOptions): Converter;
}

export interface HeaderConverterDescriptor extends PluginIdentity {
  readonly type: 'header_converter';
  /** `properties` without their `header.converter.` prefix. */
  create(properties: Properties): HeaderConverter;
}

export interface TransformDescriptor extends PluginIdentity {
  readonly type: 'transformation';
  create(config: Config): Transform;
}

export interface PredicateDescriptor extends PluginIdentity {
  readonly type: 'predicate';
  create(config: Config): Predicate;
}

export interface ConfigProviderDescriptor extends PluginIdentity {
  readonly type: 'config_provider';
  /** `parameters`: `config.providers.<alias>.param.*` without that prefix. */
  create(parameters: Properties): ConfigProvider;
}

export type ExtensionDescriptor =
  | ConverterDescriptor
  | HeaderConverterDescriptor
  | TransformDescriptor
  | PredicateDescriptor
  | ConfigProviderDescriptor;
