import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sandboxCommand } from '../../../src/cli/sandbox.ts';
import type { SandboxCommandOptions, StartSandbox } from '../../../src/cli/sandbox.ts';
import { AppError } from '../../../src/foundation/errors.ts';

const KEYS = [
  'http',
  'https',
  'pubsub',
  'pubsubPlain',
  'ca',
  'orgId',
  'username',
  'password',
  'clientId',
  'clientSecret',
  'accessToken',
  'refreshToken',
  'privateKey',
] as const;
const access = Object.fromEntries(KEYS.map((key) => [key, `the ${key}`])) as Record<
  (typeof KEYS)[number],
  string
>;

const lines: string[] = [];
const errors: string[] = [];
beforeEach(() => {
  lines.length = 0;
  errors.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs the command against a sandbox that is stopped as soon as it has been shown. */
async function run(argv: string[]): Promise<{
  code: number;
  options: SandboxCommandOptions | undefined;
  closed: boolean;
}> {
  const seen: { options?: SandboxCommandOptions; closed: boolean } = { closed: false };
  const start: StartSandbox = async (options) => {
    seen.options = options;
    setImmediate(() => process.emit('SIGTERM'));
    const close = async (): Promise<void> => {
      seen.closed = true;
      await Promise.resolve();
    };
    return await Promise.resolve({ ...access, secret: 'not to be shown', close });
  };
  const code = await sandboxCommand(argv, start);
  return { code, options: seen.options, closed: seen.closed };
}

test('--json prints exactly the keys that programs rely on, and SIGTERM ends it well', async () => {
  const { code, closed } = await run(['--json']);
  expect(lines).toHaveLength(1);
  expect(Object.entries(JSON.parse(lines[0] ?? '') as object)).toEqual(Object.entries(access));
  expect([code, closed]).toEqual([0, true]);
});

test('the screen has every address and credential', async () => {
  await run([]);
  for (const value of Object.values(access)) expect(lines.join('\n')).toContain(value);
});

test('the options reach the sandbox', async () => {
  const { options } = await run(
    '--project p --data d.json --port 7000 --change-events Account,Order__c --org-id 00D --random-seed 5 --seed 300 --rate 20 --rate-mix create=1,update=8'.split(
      ' ',
    ),
  );
  expect(options).toMatchObject({
    project: 'p',
    data: 'd.json',
    port: 7000,
    changeEvents: ['Account', 'Order__c'],
    orgId: '00D',
    seed: 5,
    seedRecords: 300,
    rate: 20,
    rateMix: { create: 1, update: 8 },
  });
});

test('orgs reach the sandbox by name or by number', async () => {
  const named = await run(['--org', 'acme', '--org', 'globex=./shop']);
  expect(named.options).toMatchObject({
    orgs: [{ name: 'acme' }, { name: 'globex', project: './shop' }],
  });
  const numbered = await run(['--orgs', '2']);
  expect(numbered.options).toMatchObject({ orgs: [{ name: 'org1' }, { name: 'org2' }] });
  expect((await run([])).options).toMatchObject({ orgs: undefined });
});

test('--json names the orgs where there are several, and the screen too', async () => {
  const own = { ...access, http: 'http://127.0.0.1:8080', name: 'acme', host: 'acme.localhost' };
  const org = { ...own, secret: 'not to be shown' };
  const close = (): Promise<void> => Promise.resolve();
  const start: StartSandbox = () => Promise.resolve({ ...access, orgs: [org], close });
  const ended = (argv: string[]): Promise<number> => {
    setTimeout(() => process.emit('SIGTERM'), 10);
    return sandboxCommand(argv, start);
  };
  await ended(['--json']);
  const { orgs } = JSON.parse(lines.splice(0)[0] ?? '') as { orgs: unknown };
  expect(orgs).toEqual([own]);
  await ended([]);
  expect(lines.join()).toContain('http://acme.localhost:8080');
});

test.each([
  [['--projct', 'x'], 'Did you mean --project?'],
  [['--port', '65533'], 'It must be 1 to 65532.'],
  [['--port', 'http'], 'It must be a whole number.'],
  [
    ['--rate-mix', 'merge=1'],
    '"merge=1" is not one of create, update, delete, undelete with =NUMBER.',
  ],
  [['--rate-mix', 'update=0'], 'One of the numbers must be above 0.'],
  [['now'], 'too many arguments'],
])('%o is refused with 2 and nothing starts', async (argv, message) => {
  const { code, options } = await run(argv);
  expect([code, options]).toEqual([2, undefined]);
  expect(errors.join('')).toContain(message);
});

test.each([
  [new AppError('config', 'sandbox.port.taken', 'Port 1 is already in use.'), 3],
  [new AppError('config', 'sandbox.project.invalid', 'x:3: wrong'), 2],
  [new Error('broken'), 1],
])('%s ends it with one sentence', async (error, expected) => {
  const code = await sandboxCommand([], () => Promise.reject(error));
  expect(code).toBe(expected);
  expect(errors).toEqual([`headwater sandbox: ${error.message}`]);
});
