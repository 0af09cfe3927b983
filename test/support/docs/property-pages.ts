/** The reference of properties, docs/properties: one page per thing that has some, made of the definitions in code. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { simpleName } from '../../../src/config/classes.ts';
import { COMMON_KEYS } from '../../../src/config/connect/common.ts';
import { ISOLATION_KEYS } from '../../../src/runtime/isolation/config.ts';
import { SINK_KEYS } from '../../../src/config/connect/sink.ts';
import { SOURCE_KEYS } from '../../../src/config/connect/source.ts';
import { topicCreationKeys } from '../../../src/config/connect/topic-creation.ts';
import type { ConfigDef, ConfigKey } from '../../../src/config/definition.ts';
import { TASK_RESTART_KEYS } from '../../../src/config/task-restart.ts';
import { DISTRIBUTED_WORKER_DEF, STANDALONE_WORKER_DEF } from '../../../src/config/worker.ts';
import { IGNORED_WORKER_PROPERTIES } from '../../../src/config/worker-ignored.ts';
import { WORKER_PREFIX_MEANINGS } from '../../../src/config/worker-prefixes.ts';
import { CONVERTERS, HEADER_CONVERTERS } from '../../../src/converters/catalog.ts';
import { CONSUMER_KEYS, PRODUCER_KEYS } from '../../../src/kafka/client-keys.ts';
import type { PluginDescriptor } from '../../../src/sdk/index.ts';
import { PREDICATES, TRANSFORMS } from '../../../src/transforms/catalog.ts';
import { proseText, propertyText } from './property-text.ts';

export const root = join(import.meta.dirname, '../../..');

export interface Page {
  /** In docs/properties. */
  readonly file: string;
  readonly title: string;
  /** One line, for the index. */
  readonly summary: string;
  readonly body: string;
}

/** Every connector of the folder `connectors/`, by its class. */
export async function connectors(): Promise<readonly PluginDescriptor[]> {
  const files = globSync('connectors/*/index.ts', { cwd: root }).toSorted();
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(root, file)).href) as Promise<object>),
  );
  return modules
    .flatMap((each) => Object.values(each) as readonly Partial<PluginDescriptor>[])
    .filter((each): each is PluginDescriptor => each.type === 'source' || each.type === 'sink')
    .toSorted((one, other) => (pageName(one) < pageName(other) ? -1 : 1));
}

export async function propertyPages(): Promise<readonly Page[]> {
  return [workerPage(), commonPage(), ...(await connectors()).map(connectorPage), ...classPages()];
}

/** A page as it stands in its file. */
export function pageText({ title, body }: Page): string {
  return `# ${title}\n\n${NOTE}\n\n${body.trim()}\n`;
}

export function indexText(pages: readonly Page[]): string {
  const lines = pages.map(({ file, title, summary }) => `- [${title}](${file}): ${summary}`);
  return `# Properties\n\n${NOTE}\n\n${lines.join('\n')}\n\n${INDEX}\n`;
}

const NOTE = 'Made from the definitions in code; a test holds it equal.';

const INDEX = `A name that is almost right is refused with the right one; a name like nothing known is told in the log and ignored. \`GET
/connector-plugins/CLASS/config\` gives the same of a running worker, plugins included.
\`headwater validate FILE\` checks a connector's file.`;

function workerPage(): Page {
  const standalone = new Set(STANDALONE_WORKER_DEF.map(({ name }) => name));
  const distributed = new Set(DISTRIBUTED_WORKER_DEF.map(({ name }) => name));
  const chapter = (title: string, intro: string, def: ConfigDef): string =>
    `## ${title}\n\n${intro}\n\n${properties(def, 3)}`;
  const prefixes = Object.entries(WORKER_PREFIX_MEANINGS).map(
    ([prefix, meaning]) => `| \`${prefix}*\` | ${proseText(meaning)} |`,
  );
  const ignored = IGNORED_WORKER_PROPERTIES.map(({ names, reason }) => {
    const shown = names.map((name) => `\`${name}${name.endsWith('.') ? '*' : ''}\``);
    return `| ${shown.join(', ')} | ${proseText(reason)} |`;
  });
  return {
    file: 'worker.md',
    title: 'Worker',
    summary: "the worker's file: standalone and distributed",
    body: [
      "A worker's file is `.properties`, JSON or YAML. With a `group.id` it is one of a group (distributed), without it alone.\n",
      chapter(
        'Every worker',
        'Standalone and distributed.',
        STANDALONE_WORKER_DEF.filter(({ name }) => distributed.has(name)),
      ),
      chapter(
        'Standalone',
        'Without `group.id`. An `offset.storage.topic` may stand for the file.',
        STANDALONE_WORKER_DEF.filter(({ name }) => !distributed.has(name)),
      ),
      chapter(
        'Distributed',
        'With `group.id`.',
        DISTRIBUTED_WORKER_DEF.filter(({ name }) => !standalone.has(name)),
      ),
      table('Prefixes', 'begins with', 'what it is', prefixes),
      'Which properties the clients take: [Kafka clients](connectors.md#kafka-clients). What providers take: [secrets](../operations/security.md#secrets).\n',
      table('Accepted, without effect', 'property of Connect', 'why', ignored),
    ].join('\n'),
  };
}

function table(title: string, left: string, right: string, rows: readonly string[]): string {
  return `## ${title}\n\n| ${left} | ${right} |\n| --- | --- |\n${rows.join('\n')}\n`;
}

function commonPage(): Page {
  const groups = topicCreationKeys({ 'topic.creation.groups': 'GROUP' });
  const shared = new Set(['topic.creation.default.include', 'topic.creation.default.exclude']);
  const creation = groups.filter(({ name }) => !shared.has(name));
  const client = (prefix: string, def: ConfigDef): string =>
    properties(
      def.map((key) => ({ ...key, name: `${prefix}${key.name}` })),
      3,
    );
  return {
    file: 'connectors.md',
    title: 'All connectors',
    summary: 'what every connector, every source and every sink has, and their Kafka clients',
    body: [
      '## Every connector\n',
      properties(COMMON_KEYS, 3),
      "## Headwater's own\n",
      'Connect has none of these; a worker has them, too, for all of its connectors.\n',
      properties([...ISOLATION_KEYS, ...TASK_RESTART_KEYS], 3),
      '## Sources\n',
      properties([...SOURCE_KEYS, ...creation], 3),
      'Any other `topic.creation.GROUP.*` is a setting of the topics that the group creates. The dead letter queue of',
      '[sinks](#sinks) is there for sources, too; Connect ignores it.\n',
      '## Sinks\n',
      properties(SINK_KEYS, 3),
      '## Kafka clients\n',
      "Of one connector; without `override.` in the worker's file, of all (`producer.compression.type`). `bootstrap.servers` and the",
      "[security properties](worker.md#securityprotocol) may stand there, too. Other properties of the JVM's clients do nothing: a",
      'producer is always idempotent with `acks=all` and one request in flight. `admin.override.*` does nothing.\n',
      client('producer.override.', PRODUCER_KEYS),
      client('consumer.override.', CONSUMER_KEYS),
    ].join('\n'),
  };
}

function connectorPage(plugin: PluginDescriptor): Page {
  const name = pageName(plugin);
  const aliases = (plugin.aliases ?? []).map((alias) => `\`${alias}\``).join(', ');
  const other = aliases === '' ? '' : `, or ${aliases}`;
  return {
    file: `${name}.md`,
    title: name,
    summary: `a ${plugin.type}`,
    body: [
      `A ${plugin.type}: \`connector.class=${plugin.class}\`${other}. Its own properties, besides those of`,
      '[all connectors](connectors.md):\n',
      properties(plugin.config, 3),
    ].join('\n'),
  };
}

function classPages(): readonly Page[] {
  const chapters = (
    prefix: string,
    classes: readonly { readonly class: string; readonly config: ConfigDef }[],
  ): string =>
    bySimpleName(classes)
      .map((each) => classText(prefix, each))
      .join('\n');
  const simple = HEADER_CONVERTERS.map(({ class: name }) => `\`${name}\``).join(', ');
  return [
    {
      file: 'converters.md',
      title: 'Converters',
      summary: 'of keys, values and headers',
      body: [
        "After `key.converter.` or `value.converter.`, in a worker's file or a connector's; a connector that names a converter sets its",
        "properties, too: the worker's are for the worker's converter.\n",
        chapters('value.converter', CONVERTERS),
        `## Header converters\n\n\`header.converter\` takes ${simple}. Options stand after \`header.converter.\`.\n`,
      ].join('\n'),
    },
    {
      file: 'transforms.md',
      title: 'Transforms and predicates',
      summary: "Connect's, by its names",
      body: [
        'After `transforms.ALIAS.` or `predicates.ALIAS.`. Each transform also takes `predicate` (an alias) and `negate`.\n',
        chapters('transforms.ALIAS.type', TRANSFORMS),
        '# Predicates\n',
        chapters('predicates.ALIAS.type', PREDICATES),
      ].join('\n'),
    },
  ];
}

interface NamedChapter {
  readonly title: string;
  readonly classes: readonly string[];
  readonly config: ConfigDef;
}

/** `Cast$Key` and `Cast$Value` are one chapter. */
function bySimpleName(
  classes: readonly { readonly class: string; readonly config: ConfigDef }[],
): readonly NamedChapter[] {
  const grouped = Map.groupBy(classes, (each) => simpleName(each.class).replace(/\$.*/, ''));
  return [...grouped].map(([title, all]) => ({
    title,
    classes: all.map((each) => each.class),
    config: all[0]?.config ?? [],
  }));
}

function classText(prefix: string, { title, classes, config }: NamedChapter): string {
  const names = classes.map((name) => `\`${prefix}=${name}\``).join(' or ');
  const own = config.filter(({ name }) => name !== 'converter.type');
  const none = own.length === 0 ? 'It has no properties.\n' : '';
  return `## ${title}\n\n${names}\n\n${none}${properties(own, 3)}`;
}

function properties(def: ConfigDef, level: number): string {
  return def.map((key: ConfigKey) => propertyText(key, level)).join('\n');
}

/** A page is called as people call the class. */
function pageName({ class: name, aliases }: PluginDescriptor): string {
  return name.includes('.') ? (aliases?.[0] ?? simpleName(name)) : name;
}
