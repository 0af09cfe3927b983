import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { AppError, explain } from '../foundation/errors.ts';
import { faultsCommand, type FaultList } from './sandbox-faults.ts';
import { orgsScreen, sandboxScreen } from './sandbox-screen.ts';
import type { OrgAccess, SandboxAccess } from './sandbox-screen.ts';

export interface SandboxCommandOptions {
  readonly project?: string | undefined;
  readonly data?: string | undefined;
  readonly port?: number | undefined;
  readonly changeEvents?: readonly string[] | undefined;
  readonly orgId?: string | undefined;
  /** Makes ids, tokens and keys repeatable. */
  readonly seed?: number | undefined;
  readonly seedRecords?: number | undefined;
  readonly rate?: number | undefined;
  readonly rateMix?: Readonly<Record<string, number>> | undefined;
  readonly stateDir?: string | undefined;
  readonly orgs?: readonly OrgArgument[] | undefined;
  readonly scenario?: string | undefined;
  readonly onWarning?: (warning: string) => void;
}

interface OrgArgument {
  readonly name: string;
  readonly project?: string | undefined;
}

/** The sandbox package's `startSandbox`, handed over by `main.ts`. */
export type StartSandbox = (
  options: SandboxCommandOptions,
) => Promise<SandboxAccess & { readonly orgs?: readonly OrgAccess[]; close(): Promise<void> }>;

const EXIT_FAILED = 1;
const EXIT_BAD_ARGUMENTS = 2;
const EXIT_PORT = 3;
/** The sandbox takes this many ports in a row. */
const PORTS = 4;

/**
 * `headwater sandbox`: runs until SIGINT or SIGTERM, then resolves to 0. Arguments or files that are wrong: 2;
 * a port that can't be had: 3. A second signal ends the process at once. `headwater sandbox faults` lists how it can
 * misbehave.
 */
export async function sandboxCommand(
  argv: string[],
  start: StartSandbox,
  faults?: FaultList,
): Promise<number> {
  try {
    if (argv[0] === 'faults' && faults !== undefined) return faultsCommand(argv.slice(1), faults);
    const { json, ...options } = parseArguments(argv);
    const stopped = stopSignal();
    const warn = (warning: string): void => console.error(`warning: ${warning}`);
    const sandbox = await start({ ...options, onWarning: warn });
    const access = accessOf(sandbox);
    const orgs = (sandbox.orgs ?? []).map(orgAccessOf);
    const all = orgs.length === 0 ? access : { ...access, orgs };
    console.log(json ? JSON.stringify(all) : sandboxScreen(access) + orgsScreen(orgs));
    await stopped;
    await sandbox.close();
    return 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}

interface Arguments extends Omit<SandboxCommandOptions, 'onWarning'> {
  readonly json: boolean;
}

/** `headwater sandbox`, as commander knows it; without an action. */
export function sandboxCommandLine(): Command {
  return new Command('headwater sandbox')
    .description(
      'Starts a Salesforce org on this machine: OAuth, REST, change events, Pub/Sub API.',
    )
    .option('--project <dir>', 'a Salesforce DX project, whose objects and fields the org gets')
    .option('--data <plan>', 'a plan of "sf data import tree", whose records the org gets')
    .option(
      '--port <n>',
      'http on N, https N+1, Pub/Sub N+2, without TLS N+3 (default: free ports)',
      readPort,
    )
    .option('--change-events <list>', 'objects with change events, comma-separated (default: all)')
    .option('--org-id <id>', 'the id of the org (default: a new one)')
    .option(
      '--seed <n>',
      'so many records in a new org: accounts with contacts, opportunities, cases, leads',
      readInteger,
    )
    .option('--rate <n>', 'edits a second, in transactions', readInteger)
    .option(
      '--rate-mix <list>',
      'which edits (default: create=10,update=78,delete=10,undelete=2)',
      readMix,
    )
    .option('--random-seed <n>', 'makes ids, tokens and keys the same each time', readInteger)
    .option(
      '--state <dir>',
      'keeps the org there, for another start to go on with (default: in memory)',
    )
    .option('--scenario <file>', 'YAML or JSON: which faults happen, and when')
    .option(
      '--org <name>',
      'one of several orgs, at NAME.localhost; NAME=DIR for one with a project of its own',
      readOrg,
    )
    .option('--orgs <n>', 'so many orgs: org1.localhost, org2.localhost …', readInteger)
    .option('--json', 'prints how to connect as one line of JSON', false)
    .allowExcessArguments(false)
    .exitOverride();
}

function parseArguments(argv: string[]): Arguments {
  const command = sandboxCommandLine().parse(argv, { from: 'user' });
  const { changeEvents, state, seed, randomSeed, org, orgs, ...options } = command.opts<Given>();
  return {
    ...options,
    seed: randomSeed,
    seedRecords: seed,
    stateDir: state,
    orgs: org ?? numberedOrgs(orgs ?? 0),
    changeEvents: changeEvents?.split(',').map((name) => name.trim()),
  };
}

type Given = Omit<Arguments, 'changeEvents' | 'orgs'> & {
  readonly changeEvents?: string;
  readonly state?: string;
  readonly randomSeed?: number;
  readonly org?: readonly OrgArgument[];
  readonly orgs?: number;
};

/** `acme` or `acme=DIR`, each time one more. */
function readOrg(text: string, before: readonly OrgArgument[] = []): readonly OrgArgument[] {
  const [name = '', ...project] = text.split('=');
  return [...before, { name, project: project.length === 0 ? undefined : project.join('=') }];
}

function numberedOrgs(count: number): readonly OrgArgument[] | undefined {
  if (count === 0) return undefined;
  return Array.from({ length: count }, (_, i) => ({ name: `org${i + 1}` }));
}

function readInteger(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

const EDITS = ['create', 'update', 'delete', 'undelete'];

/** `create=1,update=8`. */
function readMix(text: string): Record<string, number> {
  const entries = text.split(',').map((part): [string, number] => {
    const [, kind = '', weight = ''] = /^\s*(\w+)\s*=\s*(\d{1,6})\s*$/.exec(part) ?? [];
    if (EDITS.includes(kind)) return [kind, Number(weight)];
    throw new InvalidArgumentError(`"${part}" is not one of ${EDITS.join(', ')} with =NUMBER.`);
  });
  if (entries.some(([, weight]) => weight > 0)) return Object.fromEntries(entries);
  throw new InvalidArgumentError('One of the numbers must be above 0.');
}

function readPort(text: string): number {
  const port = readInteger(text);
  const last = 65_536 - PORTS;
  if (port >= 1 && port <= last) return port;
  throw new InvalidArgumentError(`It must be 1 to ${last}.`);
}

/** Exactly the keys of the JSON line. */
function accessOf(sandbox: SandboxAccess): SandboxAccess {
  return {
    http: sandbox.http,
    https: sandbox.https,
    pubsub: sandbox.pubsub,
    pubsubPlain: sandbox.pubsubPlain,
    ca: sandbox.ca,
    orgId: sandbox.orgId,
    username: sandbox.username,
    password: sandbox.password,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    accessToken: sandbox.accessToken,
    refreshToken: sandbox.refreshToken,
    privateKey: sandbox.privateKey,
  };
}

function orgAccessOf(org: OrgAccess): OrgAccess {
  return { name: org.name, host: org.host, ...accessOf(org) };
}

function stopSignal(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of signals) process.off(signal, stop);
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
}

/** Commander has already said what was wrong with its arguments. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_ARGUMENTS;
  console.error(`headwater sandbox: ${explain(error)}`);
  if (!(error instanceof AppError)) return EXIT_FAILED;
  if (error.code.startsWith('sandbox.port.')) return EXIT_PORT;
  return error.kind === 'config' ? EXIT_BAD_ARGUMENTS : EXIT_FAILED;
}
