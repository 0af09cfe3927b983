import { CommanderError } from 'commander';
import { AppError, explain } from '../foundation/errors.ts';

/** Exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, invalid: 2, unavailable: 3 } as const;

/** Runs a command; an error becomes one line on stderr and its exit code. */
export async function reportErrors(name: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    return reportError(name, error);
  }
}

/** Commander has already said what was wrong with its arguments. */
export function reportError(name: string, error: unknown): number {
  if (!(error instanceof CommanderError)) {
    console.error(errorLine(name, error));
  }
  return exitCodeOf(error);
}

/** An error as one line of stderr. */
export function errorLine(name: string, error: unknown): string {
  return `headwater ${name}: ${explain(error).replaceAll(/\s*\n\s*/g, '; ')}`;
}

/** What a command needs and this machine doesn't give now, whatever kind of error it is. */
const UNAVAILABLE: ReadonlySet<string> = new Set(['rest.port', 'stack.port', 'stack.tools']);

/** 2: arguments or configuration; 3: what may be there later (a worker, a broker, a port, Java); else 1. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (!(error instanceof AppError)) return EXIT.failed;
  if (UNAVAILABLE.has(error.code) || error.kind === 'retriable') return EXIT.unavailable;
  return error.kind === 'config' ? EXIT.invalid : EXIT.failed;
}
