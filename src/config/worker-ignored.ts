/**
 * Properties of Connect's worker that a file may have and that do nothing here: each is named once in the log, with the
 * reason. A name that ends with a dot stands for all that begin so.
 */
import type { ConfigDef } from './definition.ts';

export interface Ignored {
  readonly names: readonly string[];
  /** As a sentence: why, and what does its work here. */
  readonly reason: string;
}

export const IGNORED_WORKER_PROPERTIES: readonly Ignored[] = [
  {
    names: [
      'internal.key.converter',
      'internal.value.converter',
      'internal.key.converter.',
      'internal.value.converter.',
    ],
    reason: 'Connect itself dropped them with 3.0: offsets and configurations are always JSON.',
  },
  {
    names: ['worker.unsync.backoff.ms'],
    reason: 'A worker that has not caught up with the config topic keeps its place and tries on.',
  },
  {
    names: ['inter.worker.signature.algorithm', 'inter.worker.verification.algorithms'],
    reason: 'Requests between workers are signed with inter.worker.key.generation.algorithm.',
  },
  {
    names: ['rest.host.name', 'rest.port'],
    reason: 'Connect itself dropped them with 3.0: set listeners.',
  },
  {
    names: [
      'metric.reporters',
      'metrics.num.samples',
      'metrics.recording.level',
      'metrics.sample.window.ms',
      'metrics.context.',
      'auto.include.jmx.reporter',
    ],
    reason: 'There is no JMX: GET /metrics has them for Prometheus, over windows of 30 s.',
  },
  {
    names: [
      'client.dns.lookup',
      'connections.max.idle.ms',
      'metadata.max.age.ms',
      'metadata.recovery.rebootstrap.trigger.ms',
      'metadata.recovery.strategy',
      'receive.buffer.bytes',
      'reconnect.backoff.max.ms',
      'reconnect.backoff.ms',
      'request.timeout.ms',
      'retry.backoff.max.ms',
      'retry.backoff.ms',
      'send.buffer.bytes',
      'socket.connection.setup.timeout.max.ms',
      'socket.connection.setup.timeout.ms',
    ],
    reason: 'The Kafka client has bounds of its own; beyond them the worker tries again.',
  },
  {
    names: [
      'sasl.client.callback.handler.class',
      'sasl.kerberos.',
      'sasl.login.',
      'sasl.oauthbearer.',
      'security.providers',
    ],
    reason: "They are Java's, a broker's, or of a mechanism that is not here.",
  },
  {
    names: [
      'ssl.engine.factory.class',
      'ssl.keymanager.algorithm',
      'ssl.protocol',
      'ssl.provider',
      'ssl.secure.random.implementation',
      'ssl.trustmanager.algorithm',
    ],
    reason: "Node's TLS decides; they are Java's, or a server's.",
  },
];

/** Why a property does nothing, if it is one that `def` doesn't have and Connect's worker has. */
export function reasonIgnored(name: string, def: ConfigDef): string | undefined {
  if (def.some((key) => key.name === name)) return undefined;
  return IGNORED_WORKER_PROPERTIES.find(({ names }) =>
    names.some((each) => (each.endsWith('.') ? name.startsWith(each) : name === each)),
  )?.reason;
}
