/** `topic.creation.<group>.*`: keys that exist for the groups a source's properties name. */
import type { ConfigDef, ConfigKey, Properties } from '../definition.ts';
import { minusOneOrPositive } from './checks.ts';

const PREFIX = 'topic.creation.';

/** The groups' keys; none when topic creation isn't asked for. */
export function topicCreationKeys(properties: Properties): ConfigDef {
  const named = (properties[`${PREFIX}groups`] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  const hasDefault = Object.keys(properties).some((name) => name.startsWith(`${PREFIX}default.`));
  if (named.length === 0 && !hasDefault) return [];
  return ['default', ...named.filter((group) => group !== 'default')].flatMap(groupKeys);
}

function groupKeys(group: string): ConfigDef {
  const isDefault = group === 'default';
  // Only the default group must say how many; the others inherit.
  const inherited = isDefault ? {} : { default: null };
  return [
    key(group, 1, 'include', 'LIST', 'Inclusion Topic Pattern', {
      default: isDefault ? '.*' : '',
      documentation: 'Regular expressions of the topic names this group is for.',
    }),
    key(group, 2, 'exclude', 'LIST', 'Exclusion Topic Pattern', {
      default: '',
      documentation: 'Regular expressions of topic names this group is not for; wins over include.',
    }),
    key(group, 3, 'replication.factor', 'INT', 'Replication Factor for Topics', {
      ...inherited,
      documentation: "Replicas of topics created by this group; -1 = the broker's default.",
      check: minusOneOrPositive,
    }),
    key(group, 4, 'partitions', 'INT', 'Partition Count for Topics', {
      ...inherited,
      documentation: "Partitions of topics created by this group; -1 = the broker's default.",
      check: minusOneOrPositive,
    }),
  ];
}

function key(
  group: string,
  order: number,
  name: string,
  type: ConfigKey['type'],
  display: string,
  rest: Pick<ConfigKey, 'documentation'> & Partial<ConfigKey>,
): ConfigKey {
  return {
    name: `${PREFIX}${group}.${name}`,
    type,
    importance: 'LOW',
    group: 'Topic Creation',
    order: 1 + order,
    width: 'LONG',
    displayName: `${display} in ${group}`,
    ...rest,
  };
}
