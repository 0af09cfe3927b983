/** `headwater completion bash|zsh`: completions, made of the commands themselves. */
import { Argument, Command, type Option } from 'commander';
import type { CommandBuilder } from './command.ts';

/** A command to complete; without `built`, its words are all that is known of it. */
export interface Completable {
  /** One word, or two where the second stands beside a command's own arguments. */
  readonly name: string;
  readonly summary: string;
  readonly words: readonly string[];
  readonly built: Command | undefined;
}

export interface Word {
  readonly word: string;
  readonly summary: string;
}

/** What may follow a command's words. */
export interface Place {
  /** As ' connectors apply', with a leading space; '' is the beginning. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly Word[];
  /** Files may follow as well. */
  readonly files: boolean;
}

export function buildCompletion(commands: () => Promise<readonly Completable[]>): CommandBuilder {
  return () => {
    const command = new Command('headwater completion')
      .description('Prints completions for a shell; its first lines say where they go.')
      .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
      .exitOverride();
    return command.action(async (shell: string) => {
      const { bashScript, zshScript } = await import('./completion-scripts.ts');
      const all = await commands();
      const places = placesOf(all);
      const valued = [...new Set(all.flatMap(({ built }) => (built ? valuedOf(built) : [])))];
      console.log(shell === 'bash' ? bashScript(places, valued) : zshScript(places, valued));
    });
  };
}

/** Every place of every command, the beginning first. */
export function placesOf(commands: readonly Completable[]): readonly Place[] {
  const first = commands
    .filter(({ name }) => !name.includes(' '))
    .map(({ name, summary }) => ({ word: name, summary }));
  const options = [
    { word: '--help', summary: 'lists the commands' },
    { word: '--version', summary: 'prints the version' },
  ];
  return [
    { path: '', words: first, options, files: false },
    ...commands.flatMap(({ name, words, built }) => {
      const subs = commands.filter((other) => other.name.startsWith(`${name} `));
      const own = [...words, ...subs.map((sub) => sub.name.slice(name.length + 1))].map((word) => ({
        word,
        summary: '',
      }));
      if (built !== undefined) return commandPlaces(built, ` ${name}`, own, []);
      const help = [{ word: '--help', summary: 'says more' }];
      return [{ path: ` ${name}`, words: own, options: help, files: false }];
    }),
  ];
}

function commandPlaces(
  command: Command,
  path: string,
  more: readonly Word[],
  inherited: readonly Option[],
): readonly Place[] {
  const options = [...command.options, ...inherited].filter(({ hidden }) => !hidden);
  const place: Place = {
    path,
    words: [
      ...more,
      ...command.commands.map((sub) => ({ word: sub.name(), summary: sub.description() })),
      ...command.registeredArguments.flatMap(({ argChoices }) =>
        (argChoices ?? []).map((word) => ({ word, summary: '' })),
      ),
    ],
    options: [
      ...options.map((option) => ({ word: option.long ?? '', summary: option.description })),
      { word: '--help', summary: 'says more' },
    ],
    files: command.registeredArguments.some((argument) => /file/.test(argument.name())),
  };
  const subs = command.commands.flatMap((sub) =>
    commandPlaces(sub, `${path} ${sub.name()}`, [], options),
  );
  return [place, ...subs];
}

/** Options that a value follows: what comes next is none of ours. */
function valuedOf(command: Command): readonly string[] {
  const own = command.options.filter((option) => option.required).map(({ long }) => long ?? '');
  return [...own, ...command.commands.flatMap(valuedOf)];
}
