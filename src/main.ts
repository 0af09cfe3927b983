/**
 * The only composition root: hands the commands what they work with. Each command loads only what it needs, so
 * that the sandbox starts without Kafka's client and a query without anything.
 */
import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { Command } from 'commander';
import { runCommand, type CommandBuilder } from './cli/command.ts';
import { reportErrors } from './cli/errors.ts';
import type { Completable } from './cli/completion.ts';
import type { PluginDescriptor } from './sdk/index.ts';

interface CommandEntry {
  readonly usage: string;
  readonly summary: string;
  run(argv: string[]): Promise<number>;
  /** What completions are made of; without it, of the words of `usage`. */
  readonly build?: () => Promise<Command>;
}

function entry(
  usage: string,
  summary: string,
  load: () => Promise<CommandBuilder>,
): CommandEntry & Required<Pick<CommandEntry, 'build'>> {
  return {
    usage,
    summary,
    run: async (argv) => runCommand(await load(), argv),
    build: async () => (await load())(() => undefined),
  };
}

const workerStatus = entry(
  'worker status',
  'whether a worker can work',
  async () => (await import('./cli/worker-status.ts')).buildWorkerStatus,
);

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  worker: {
    usage: 'worker FILE… | worker status',
    summary: 'runs connectors, or says how a worker is',
    run: async (argv) => {
      if (argv[0] === 'status') return workerStatus.run(argv.slice(1));
      const { workerCommand } = await import('./cli/worker.ts');
      return workerCommand(argv, await builtInPlugins(), version());
    },
    build: async () => (await import('./cli/worker-arguments.ts')).workerCommandLine(),
  },
  sandbox: {
    usage: 'sandbox [faults]',
    summary: 'starts a Salesforce org on this machine',
    run: async (argv) => {
      const { sandboxCommand } = await import('./cli/sandbox.ts');
      const { startSandbox } = await import('../sandbox/index.ts');
      const { faultsScreen, listFaults } = await import('../sandbox/salesforce/faults/list.ts');
      return sandboxCommand(argv, startSandbox, { screen: faultsScreen, all: listFaults });
    },
  },
  stack: {
    usage: 'stack up|down|status',
    summary: 'starts Kafka and a schema registry on this machine',
    run: async (argv) => {
      const { stackCommand } = await import('./cli/stack.ts');
      const { stackUp, stackDown, stackStatus } = await import('../sandbox/stack/index.ts');
      return stackCommand(argv, { up: stackUp, down: stackDown, status: stackStatus });
    },
  },
  query: entry(
    'query SQL',
    'asks a warehouse sink',
    async () => (await import('./cli/query.ts')).buildQuery,
  ),
  connectors: entry(
    'connectors list|show|apply|diff|restart|…',
    "a worker's connectors, by command or from files",
    async () => (await import('./cli/connectors.ts')).buildConnectors,
  ),
  offsets: entry(
    'offsets show|set|reset',
    "a connector's offsets",
    async () => (await import('./cli/offsets.ts')).buildOffsets,
  ),
  dlq: entry(
    'dlq list|show|redrive',
    'dead letters, and their way back',
    async () => (await import('./cli/dlq/command.ts')).buildDlq,
  ),
  topics: entry(
    'topics CONNECTOR',
    'the topics that a connector has used',
    async () => (await import('./cli/topics.ts')).buildTopics,
  ),
  plugins: entry(
    'plugins [CLASS] | plugins new NAME',
    'what a worker can run, or a package to begin a plugin with',
    async () => (await import('./cli/plugins.ts')).buildPlugins,
  ),
  validate: entry(
    'validate FILE…',
    "checks connectors' files",
    async () => (await import('./cli/plugins.ts')).buildValidate,
  ),
  completion: entry('completion bash|zsh', 'completions for a shell', async () =>
    (await import('./cli/completion.ts')).buildCompletion(completables),
  ),
};

/** All commands, for completions; a usage's words between | are subcommands. */
async function completables(): Promise<readonly Completable[]> {
  const entries = Object.entries({ ...COMMANDS, 'worker status': workerStatus });
  return Promise.all(
    entries.map(async ([name, { usage, summary, build }]) => ({
      name,
      summary,
      words: build === undefined ? subcommandsOf(usage) : [],
      built: await build?.(),
    })),
  );
}

function subcommandsOf(usage: string): readonly string[] {
  const [, words = ''] = /^\S+ \[?([a-z|]+)/.exec(usage) ?? [];
  return words.split('|').filter((word) => word !== '');
}

/** Descriptors only: a connector's vendor libraries are loaded when it runs. */
async function builtInPlugins(): Promise<readonly PluginDescriptor[]> {
  const salesforce = await import('../connectors/salesforce/index.ts');
  const warehouse = await import('../connectors/warehouse/index.ts');
  const file = await import('../connectors/file/index.ts');
  const { url } = import.meta;
  const of = (folder: string, plugins: readonly PluginDescriptor[]): PluginDescriptor[] => {
    const module = new URL(`../connectors/${folder}/index${extname(url)}`, url).href;
    return plugins.map((plugin) => ({ ...plugin, module }));
  };
  return [
    ...of('salesforce', [salesforce.salesforcePubSubSource, salesforce.salesforceSink]),
    ...of('warehouse', [warehouse.duckDbSink]),
    ...of('file', [file.fileStreamSource, file.fileStreamSink]),
  ];
}

async function main([name = '--help', ...argv]: string[]): Promise<number> {
  if (name === '--version' || name === '-V') return print(version());
  if (name === '--help' || name === '-h' || name === 'help') return print(help());
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return reportErrors(name, () => command.run(argv));
  process.stderr.write(`headwater: there is no command ${name}. "headwater --help" lists them.\n`);
  return 2;
}

function help(): string {
  const entries = Object.values(COMMANDS);
  const width = Math.max(...entries.map(({ usage }) => usage.length));
  const lines = entries.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
  return [
    'Usage: headwater COMMAND …',
    '',
    ...lines,
    '',
    '"headwater COMMAND --help" says more; --version prints the version.',
  ].join('\n');
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** Of the package this file is in, run from source or from dist. */
function version(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    try {
      const { version: found } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        version: string;
      };
      return found;
    } catch (error) {
      if (folder === dirname(folder)) throw error;
    }
  }
}

/** bin/headwater.js is this process's parent in a checkout: when it is killed, this one drains and ends. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

process.exit(await main(process.argv.slice(2)));
