import { javaRegexFull } from '../config/java-regex.ts';
import type { Properties } from '../config/definition.ts';
import type { KafkaAdmin, NewTopic } from '../kafka/port.ts';

/** Creates a source's topics by `topic.creation.*`, each before its first record. */
export class TopicCreator {
  readonly #admin: KafkaAdmin;
  readonly #properties: Properties;
  readonly #enabled: boolean;
  readonly #known = new Set<string>();

  constructor(admin: KafkaAdmin, properties: Properties, enabled: boolean) {
    this.#admin = admin;
    this.#properties = properties;
    this.#enabled = enabled;
  }

  isKnown(topic: string): boolean {
    return this.#known.has(topic);
  }

  async ensure(topic: string): Promise<void> {
    if (this.#enabled && (await this.#admin.partitions(topic)) === undefined) {
      await this.#admin.createTopic(newTopic(topic, this.#properties));
    }
    this.#known.add(topic);
  }
}

const BROKER_DEFAULT = -1;

/** The first group (in the order listed) that includes the topic, over the default group. */
export function newTopic(topic: string, properties: Properties): NewTopic {
  const groups = (properties['topic.creation.groups'] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '' && group !== 'default');
  const group = groups.find((name) => includes(name, topic, properties));
  const settings = {
    ...settingsOf('default', properties),
    ...(group === undefined ? {} : settingsOf(group, properties)),
  };
  const {
    partitions,
    'replication.factor': replication,
    include: _i,
    exclude: _e,
    ...config
  } = settings;
  return {
    topic,
    partitions: partitions === undefined ? BROKER_DEFAULT : Number(partitions),
    replicationFactor: replication === undefined ? BROKER_DEFAULT : Number(replication),
    config,
  };
}

function includes(group: string, topic: string, properties: Properties): boolean {
  const matches = (list: string | undefined): boolean =>
    (list ?? '')
      .split(',')
      .filter((pattern) => pattern.trim() !== '')
      .some((pattern) => javaRegexFull(pattern.trim(), `topic.creation.${group}`).test(topic));
  return (
    matches(properties[`topic.creation.${group}.include`]) &&
    !matches(properties[`topic.creation.${group}.exclude`])
  );
}

function settingsOf(group: string, properties: Properties): Record<string, string> {
  const prefix = `topic.creation.${group}.`;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
