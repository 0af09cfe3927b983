/** What a connector's and its worker's properties say about its Kafka clients. */
import type { Properties } from '../config/definition.ts';
import { javaRegexFull } from '../config/java-regex.ts';

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

function withPrefix(properties: Properties, prefix: string): Properties {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
