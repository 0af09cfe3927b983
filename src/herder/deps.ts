import type { Properties } from '../config/definition.ts';
import type { ConfigProviders } from '../config/providers.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import type { Metrics } from '../foundation/metrics.ts';
import type { Kafka } from '../kafka/port.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import type { Tracing } from '../runtime/tracing/tracing.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import type { PluginPackage } from './herder.ts';
import type { PluginClasses } from './plugin-classes.ts';

export interface StandaloneHerderDeps {
  /** The worker's properties, references resolved. */
  readonly properties: Properties;
  readonly kafka: Kafka;
  readonly offsets: OffsetStore;
  /** A topic of a connector's own (`offsets.storage.topic`), opened when it is first used; undefined: there are none here. */
  readonly separateOffsets?: ((topic: string) => OffsetStore) | undefined;
  readonly plugins: readonly PluginDescriptor[];
  /** Converters, transforms and predicates; default: the built-in ones. */
  readonly classes?: PluginClasses | undefined;
  /** Of `plugin.path`: what was looked at, and what didn't load. */
  readonly packages?: readonly PluginPackage[] | undefined;
  readonly providers: ConfigProviders;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** `host:port`, as shown in every status. */
  readonly workerId: string;
  /** Told each secret value, so that it can be kept out of logs. */
  readonly onSecret?: ((value: string) => void) | undefined;
  /** Takes secrets out of a text (a trace). */
  readonly redact?: ((text: string) => string) | undefined;
}
