import type { Command } from 'commander';
import { EXIT } from './errors.ts';

/** A command with its actions; an action that ends otherwise than well hands its exit code to `done`. */
export type CommandBuilder = (done: (code: number) => void) => Command;

/** Runs a command and resolves to its exit code; throws what commander or an action throws. */
export async function runCommand(build: CommandBuilder, argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const command = build((ended) => {
    code = ended;
  });
  await command.parseAsync(argv, { from: 'user' });
  return code;
}
