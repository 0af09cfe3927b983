/**
 * The only composition root: hands the commands what they work with. Each command loads only what it needs, so
 * that the sandbox starts without Kafka's client and a query without anything.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reportErrors } from './cli/errors.ts';
import type { PluginDescriptor } from './sdk/index.ts';

interface CommandEntry {
  readonly usage: string;
  readonly summary: string;
  run(argv: string[]): Promise<number>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  worker: {
    usage: 'worker FILE [CONNECTOR-FILE…]',
    summary: 'runs connectors',
    run: async (argv) => {
      const { workerCommand } = await import('./cli/worker.ts');
      return workerCommand(argv, await builtInPlugins(), version());
    },
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
  query: {
    usage: 'query SQL',
    summary: 'asks a warehouse sink',
    run: async (argv) => (await import('./cli/query.ts')).queryCommand(argv),
  },
  connectors: {
    usage: 'connectors list|show|status|create|delete|pause|resume|stop|restart',
    summary: "a worker's connectors",
    run: async (argv) => (await import('./cli/connectors.ts')).connectorsCommand(argv),
  },
  offsets: {
    usage: 'offsets show|set|reset',
    summary: "a connector's offsets",
    run: async (argv) => (await import('./cli/offsets.ts')).offsetsCommand(argv),
  },
  plugins: {
    usage: 'plugins',
    summary: 'what a worker can run',
    run: async (argv) => (await import('./cli/plugins.ts')).pluginsCommand(argv),
  },
  validate: {
    usage: 'validate FILE',
    summary: "checks a connector's file",
    run: async (argv) => (await import('./cli/plugins.ts')).validateCommand(argv),
  },
};

/** Descriptors only: a connector's vendor libraries are loaded when it runs. */
async function builtInPlugins(): Promise<readonly PluginDescriptor[]> {
  const { salesforcePubSubSource, salesforceSink } =
    await import('../connectors/salesforce/index.ts');
  const { duckDbSink } = await import('../connectors/warehouse/index.ts');
  const { fileStreamSource, fileStreamSink } = await import('../connectors/file/index.ts');
  return [salesforcePubSubSource, salesforceSink, duckDbSink, fileStreamSource, fileStreamSink];
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
