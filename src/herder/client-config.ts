/** What a connector's and its worker's properties say about its Kafka clients. */
import type { Finding, Properties } from '../config/definition.ts';
import { javaRegexFull } from '../config/java-regex.ts';

const OVERRIDES = ['producer.override.', 'consumer.override.', 'admin.override.'] as const;
/** What `connector.client.config.override.policy=Principal` leaves to connectors. */
const PRINCIPAL = ['sasl.jaas.config', 'sasl.mechanism', 'security.protocol'];

/** A client's properties: the worker's `producer.*`, over them the connector's `producer.override.*`. */
export function clientConfig(
  client: 'producer' | 'consumer',
  connector: Properties,
  worker: Properties,
): Properties {
  return {
    ...withPrefix(worker, `${client}.`),
    ...withPrefix(connector, `${client}.override.`),
  };
}

/** As Connect names it, unless `group.id` of the consumer's properties does. */
export function groupIdOf(name: string, connector: Properties, worker: Properties): string {
  const given = clientConfig('consumer', connector, worker)['group.id']?.trim() ?? '';
  return given === '' ? `connect-${name}` : given;
}

/** A sink's `topics`, or its `topics.regex` with Java's meaning: the whole name must match. */
export function sinkTopics(connector: Properties): readonly string[] | RegExp {
  const pattern = connector['topics.regex']?.trim() ?? '';
  if (pattern !== '') return javaRegexFull(pattern, 'topics.regex');
  return (connector['topics'] ?? '')
    .split(',')
    .map((topic) => topic.trim())
    .filter((topic) => topic !== '');
}

/** The overrides that `connector.client.config.override.policy` forbids, in Connect's words. */
export function overrideFindings(connector: Properties, worker: Properties): readonly Finding[] {
  const policy = worker['connector.client.config.override.policy']?.trim() ?? 'All';
  if (policy === 'All') return [];
  return Object.keys(connector).flatMap((path) => {
    const prefix = OVERRIDES.find((each) => path.startsWith(each));
    if (prefix === undefined) return [];
    const name = path.slice(prefix.length);
    if (policy === 'Principal' && PRINCIPAL.includes(name)) return [];
    const message = `The '${policy}' policy does not allow '${name}' to be overridden in the connector configuration.`;
    return [{ path, message }];
  });
}

function withPrefix(properties: Properties, prefix: string): Properties {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
