/** Every command's own parser, without what the command does. */
import { Command } from 'commander';
import type { CommandBuilder } from '../../../src/cli/command.ts';
import { buildCompletion } from '../../../src/cli/completion.ts';
import { buildConnectors } from '../../../src/cli/connectors.ts';
import { buildDlq } from '../../../src/cli/dlq/command.ts';
import { buildOffsets } from '../../../src/cli/offsets.ts';
import { buildPlugins, buildValidate } from '../../../src/cli/plugins.ts';
import { buildQuery } from '../../../src/cli/query.ts';
import { sandboxCommandLine } from '../../../src/cli/sandbox.ts';
import { parseStackArguments } from '../../../src/cli/stack.ts';
import { buildTopics } from '../../../src/cli/topics.ts';
import { buildWorkerStatus } from '../../../src/cli/worker-status.ts';
import { workerCommandLine } from '../../../src/cli/worker-arguments.ts';
import type { WrittenCommand } from './markdown.ts';

const built = (build: CommandBuilder): Command => build(() => undefined);

/** By name; the longest name that fits is the command. */
const COMMANDS: Readonly<Record<string, () => Command>> = {
  'worker status': () => built(buildWorkerStatus),
  worker: workerCommandLine,
  'sandbox faults': () => new Command().option('--json').allowExcessArguments(false),
  sandbox: sandboxCommandLine,
  query: () => built(buildQuery),
  connectors: () => built(buildConnectors),
  offsets: () => built(buildOffsets),
  dlq: () => built(buildDlq),
  topics: () => built(buildTopics),
  plugins: () => built(buildPlugins),
  validate: () => built(buildValidate),
  completion: () => built(buildCompletion(() => Promise.resolve([]))),
};

/** What a command line is refused for; undefined when it would be run. */
export async function refusal({ words, isMention }: WrittenCommand): Promise<string | undefined> {
  const line = words.join(' ');
  if (/^(--help|--version|help)$/.test(line)) return undefined;
  try {
    if (words[0] === 'stack' && words.length === 1 && isMention) return undefined;
    if (words[0] === 'stack') {
      parseStackArguments(words.slice(1));
      return undefined;
    }
    const name = Object.keys(COMMANDS).find((each) => `${line} `.startsWith(`${each} `));
    if (name === undefined) {
      return `headwater ${line}: no such command (or command-lines.ts has to learn it)`;
    }
    const command = inert((COMMANDS[name] as () => Command)());
    await command.parseAsync(words.slice(name.split(' ').length), { from: 'user' });
    return undefined;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'commander.helpDisplayed' || code === 'commander.version') return undefined;
    if (isMention && /^commander\.(missingArgument|help)$/.test(code ?? '')) return undefined;
    return `headwater ${line}: ${String(error)}`;
  }
}

/** The command with actions that do nothing, and no word of its own. */
function inert(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  command.commands.forEach(inert);
  return command;
}
