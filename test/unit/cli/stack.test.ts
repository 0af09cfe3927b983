import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { stackCommand, type Stack } from '../../../src/cli/stack.ts';

const addresses = {
  kafkaBrokers: '127.0.0.1:9092',
  schemaRegistryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7',
  kind: 'jvm',
};
let log: MockInstance<typeof console.log>;
let error: MockInstance<typeof console.error>;
beforeEach(() => {
  log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

function played(status: { kafka: string; registry: string } | undefined): {
  stack: Stack;
  calls: unknown[];
} {
  const calls: unknown[] = [];
  return {
    calls,
    stack: {
      up: ({ dir }) => {
        calls.push(['up', dir]);
        return Promise.resolve(addresses);
      },
      down: ({ dir, purge }) => {
        calls.push(['down', dir, purge]);
        return Promise.resolve();
      },
      status: () => Promise.resolve(status && { ...addresses, ...status }),
    },
  };
}

test('up prints one JSON object, and nothing else on stdout', async () => {
  const { stack, calls } = played(undefined);
  expect(await stackCommand(['up', '--json', '--dir', 'x'], stack)).toBe(0);
  expect(log.mock.calls).toEqual([[JSON.stringify(addresses)]]);
  expect(calls).toEqual([['up', 'x']]);
});

test('down keeps the data unless it is told to purge', async () => {
  const { stack, calls } = played(undefined);
  await stackCommand(['down'], stack);
  await stackCommand(['down', '--purge'], stack);
  expect(calls).toEqual([
    ['down', '.headwater/stack', false],
    ['down', '.headwater/stack', true],
  ]);
});

test.each([
  [0, 'all is up', { kafka: 'up', registry: 'up' }, undefined],
  [1, 'one is down', { kafka: 'up', registry: 'down' }, 'It is not all up.'],
  [1, 'nothing was started', undefined, 'No stack was started here.'],
])('status is %i when %s', async (code, _what, status, said) => {
  expect(await stackCommand(['status'], played(status).stack)).toBe(code);
  expect(error.mock.calls.flat().join()).toContain(said ?? '');
});

test.each([
  [[], 'say one of up, down, status.'],
  [['upp'], 'say one of up, down, status.'],
  [['up', 'down'], 'say one of up, down, status.'],
  [['up', '--purge'], '--purge goes with down.'],
  [['up', '--port'], "Unknown option '--port'"],
])('%j is refused as usage', async (argv, message) => {
  const { stack, calls } = played(undefined);
  await expect(stackCommand(argv, stack)).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining(message) as string,
  });
  expect(calls).toEqual([]);
});

test('help that was asked for is no error', async () => {
  expect(await stackCommand(['--help'], played(undefined).stack)).toBe(0);
  expect(log.mock.calls.flat().join()).toContain('headwater stack up|down|status');
});
