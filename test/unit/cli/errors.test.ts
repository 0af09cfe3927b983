import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/cli/errors.ts';
import { AppError } from '../../../src/foundation/errors.ts';

test.each([
  [0, 'help that was asked for', new CommanderError(0, 'commander.help', '')],
  [2, 'an unknown option', new CommanderError(1, 'commander.unknownOption', '')],
  [2, 'a configuration that is wrong', new AppError('config', 'worker.invalid', '')],
  [3, 'a port that is taken', new AppError('config', 'rest.port', '')],
  [3, 'a stack without Java', new AppError('retriable', 'stack.tools', '')],
  [3, 'a worker that is away', new AppError('retriable', 'cli.worker', '')],
  [1, 'anything else', new Error('broken')],
])('%i: %s', (code, _what, error) => {
  expect(exitCodeOf(error)).toBe(code);
});
