import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sandboxCommand } from '../../../src/cli/sandbox.ts';
import type { SandboxCommandOptions } from '../../../src/cli/sandbox.ts';
import { AppError } from '../../../src/foundation/errors.ts';
import { faultsScreen, listFaults } from '../../../sandbox/salesforce/faults/list.ts';
import { FAULT_NAMES } from '../../../sandbox/salesforce/faults/registry.ts';

const lines: string[] = [];
const errors: string[] = [];
beforeEach(() => {
  lines.length = 0;
  errors.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const faults = { screen: faultsScreen, all: listFaults };
const started: SandboxCommandOptions[] = [];
const refuses = (options: SandboxCommandOptions): Promise<never> => {
  started.push(options);
  const message = `The scenario ${options.scenario} isn't right: steps: It must be a list.`;
  return Promise.reject(new AppError('config', 'sandbox.scenario.invalid', message));
};

test('faults are listed for people', async () => {
  expect(await sandboxCommand(['faults'], refuses, faults)).toBe(0);
  for (const name of FAULT_NAMES) expect(lines.join('\n')).toContain(`  ${name} (`);
  expect(started).toEqual([]);
});

test('and for programs', async () => {
  expect(await sandboxCommand(['faults', '--json'], refuses, faults)).toBe(0);
  const listed = JSON.parse(lines.join('\n')) as { name: string; parameters: object[] }[];
  expect(listed.map(({ name }) => name)).toEqual(FAULT_NAMES);
  expect(listed[0]?.parameters[0]).toMatchObject({
    name: 'ms',
    type: 'integer',
    unit: 'ms',
    minimum: 0,
    maximum: 600_000,
  });
});

test('an option that faults have not is refused', async () => {
  expect(await sandboxCommand(['faults', '--yaml'], refuses, faults)).toBe(2);
});

test('a scenario that is not right ends the start with 2, and its place', async () => {
  expect(await sandboxCommand(['--scenario', 'day.yaml'], refuses, faults)).toBe(2);
  expect(started.at(-1)?.scenario).toBe('day.yaml');
  expect(errors.join('')).toContain('steps: It must be a list.');
});
