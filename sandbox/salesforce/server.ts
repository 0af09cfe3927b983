import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toAppError } from '../../src/foundation/errors.ts';
import type { BulkSettings } from './bulk/settings.ts';
import { createTls, writeSecretFile } from './certificates.ts';
import type { Tls } from './certificates.ts';
import { registerControl } from './control/index.ts';
import { Journal } from './control/journal.ts';
import { RequestLog } from './control/request-log.ts';
import { createEventBus } from './events/event-bus.ts';
import type { EventBus } from './events/event-bus.ts';
import type { EventSettings } from './events/settings.ts';
import { tellOnce } from './gaps.ts';
import { startFaults } from './faults/start.ts';
import { createApp } from './http.ts';
import { mixOf } from './load/mix.ts';
import type { EditMix } from './load/mix.ts';
import { OrgSnapshots } from './load/org-snapshots.ts';
import { EditLoad } from './load/rate.ts';
import { seedRecords } from './load/seed.ts';
import { createConnectedApp, firstTokens } from './login/connected-app.ts';
import type { AppCredentials } from './login/connected-app.ts';
import { readOrCreateCredentials } from './login/credentials-file.ts';
import { registerLogin } from './login/index.ts';
import { requireSession } from './login/session.ts';
import type { LoginSettings } from './login/settings.ts';
import { ChangeEventSelection } from './org/change-event-selection.ts';
import type { Feature } from './org/objects/index.ts';
import { createOrg } from './org/org.ts';
import type { SandboxOrg } from './org/org.ts';
import { SalesforceError } from './org/types.ts';
import type { Store } from './observed-map.ts';
import type { Org, SandboxClock, User } from './org/types.ts';
import { registerPage } from './page/index.ts';
import { shareLogin } from './orgs/common-login.ts';
import type { LoginPeer } from './orgs/common-login.ts';
import type { HostedOrg, SandboxCredentials } from './orgs/credentials.ts';
import { membersOf } from './orgs/members.ts';
import type { Member, MemberOptions } from './orgs/members.ts';
import type { Addresses, OpenOrg } from './orgs/open-org.ts';
import { serve } from './orgs/serve.ts';
import { choosePorts } from './ports.ts';
import { loadEventChannels } from './project/event-channels.ts';
import { loadPlan } from './project/load-plan.ts';
import { loadProject } from './project/load-project.ts';
import type { PubSubSettings } from './pubsub/settings.ts';
import { registerRest } from './rest/index.ts';
import { registerStreaming } from './streaming/index.ts';
import { answerWhenSettled } from './state/answers.ts';
import { createKeptClock } from './state/kept-clock.ts';
import { OrgState } from './state/org-state.ts';
import type { StateSettings } from './state/org-state.ts';
import type { StreamingSettings } from './streaming/settings.ts';

export interface SandboxOptions {
  /** Folder of a Salesforce DX project. */
  readonly project?: string | undefined;
  /** A plan of `sf data import tree`. */
  readonly data?: string | undefined;
  /** http on N, https on N+1, Pub/Sub with TLS on N+2, without on N+3; by default free ports. */
  readonly port?: number | undefined;
  /** Objects with change events; by default every eligible one. */
  readonly changeEvents?: readonly string[] | undefined;
  readonly clock?: SandboxClock | undefined;
  /** Makes ids, tokens and keys of transactions repeatable. */
  readonly seed?: number | undefined;
  /** So many records of the usual objects in a new org: the same each time, with change events as of an import. */
  readonly seedRecords?: number | undefined;
  /** Edits a second from the start on. */
  readonly rate?: number | undefined;
  /** Kinds of edits and how often each comes; kinds that aren't named don't. */
  readonly rateMix?: Partial<EditMix> | undefined;
  /** 15 or 18 characters, `00D…`. */
  readonly orgId?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly features?: readonly Feature[] | undefined;
  /**
   * Several orgs in this process, each at its own host (`NAME.localhost`) with its own records, users, events and limits;
   * the first is at the common hosts too. Options hold for each, but for `orgId` and `username`: they are the first's.
   */
  readonly orgs?: readonly MemberOptions[] | undefined;
  /**
   * Where the org is kept, for another start to go on with; project and data are read when it is new. By default the
   * org is in memory alone, with its certificates in a temporary folder that is removed at the end.
   */
  readonly stateDir?: string | undefined;
  /** When the kept org is written anew. */
  readonly state?: Partial<StateSettings> | undefined;
  /** What is set for logging in: callback URLs, rotation of refresh tokens, the sessions' timeout. */
  readonly login?: Partial<LoginSettings> | undefined;
  /** How change events are made and kept. */
  readonly events?: Partial<EventSettings> | undefined;
  /** Limits of the Streaming API: timeouts, clients. */
  readonly streaming?: Partial<StreamingSettings> | undefined;
  /** Pace and limits of the Bulk API. */
  readonly bulk?: Partial<BulkSettings> | undefined;
  /** Limits of the Pub/Sub API: keepalives, credit. */
  readonly pubsub?: Partial<PubSubSettings> | undefined;
  /** A file of the format of `faults/scenario.schema.json`: how the sandbox misbehaves, and when. */
  readonly scenario?: string | undefined;
  /** Takes a sentence for each thing of the project that is left out. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

export type { HostedOrg, SandboxCredentials } from './orgs/credentials.ts';

export interface Sandbox extends SandboxCredentials {
  /** Where several were asked for, all of them, the first too. */
  readonly orgs: readonly HostedOrg[];
  readonly org: Org;
  readonly events: EventBus;
  close(): Promise<void>;
}

/** Starts everything on the loopback; resolves when all of it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'headwater-sandbox-')));
  const started: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
    if (options.stateDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    return await start(options, folder, started, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: SandboxOptions,
  folder: string,
  started: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Sandbox> {
  const [first, ...others] = membersOf(options);
  const ports = await choosePorts(options.port, others.length);
  const named = (options.orgs ?? []).length > 0;
  const hosts = named ? [first, ...others].map(({ host }) => host) : [];
  const shared = { folder, tls: await createTls(folder, hosts) };
  const opened: OpenOrg[] = [];
  const login = others.length > 0 ? () => opened.slice(1) : undefined;
  for (const member of [first, ...others]) {
    const own = { ...options, ...member };
    opened.push(await openOrg(own, shared, started, member === first ? login : undefined));
  }
  const orgs = await serve({ ports, opened, named, tls: shared.tls }, started);
  const [{ name: _name, host: _host, ...sandbox }] = orgs;
  return { ...sandbox, orgs: named ? orgs : [], close };
}

interface Shared {
  readonly folder: string;
  readonly tls: Tls;
  credentials?: Promise<AppCredentials>;
}

async function openOrg(
  options: SandboxOptions & Pick<Member, 'name' | 'host'>,
  shared: Shared,
  started: (() => Promise<void>)[],
  peers: (() => readonly LoginPeer[]) | undefined,
): Promise<OpenOrg> {
  const { folder, tls } = shared;
  const { org, journal, state } = await createLoadedOrg(options);
  if (state !== undefined) started.push(() => state.close());
  const settled = (): Promise<void> => state?.settled() ?? Promise.resolve();
  const selection = selectChangeEvents(org, options.changeEvents);
  const { random } = org;
  shared.credentials ??= readOrCreateCredentials(folder, random);
  const connected = createConnectedApp(await shared.credentials, options.login);
  org.identity.timeoutMs = connected.settings.sessionTimeoutMinutes * 60_000;
  const events = createEventBus({ org, selection, random, settings: options.events });
  const tellGap = tellOnce((sentence) => options.onWarning?.(sentence));
  const app = createApp(tellGap);
  const requests = new RequestLog();
  requests.follow(app);
  const faults = await startFaults(app, { ...options, org, events });
  started.push(() => faults.close());
  if (state !== undefined) {
    answerWhenSettled(app, settled, (sentence) => options.onWarning?.(sentence));
  }
  if (peers !== undefined) shareLogin(app, peers);
  const runAs = (): User => org.admin;
  const wallClock = (): number => Date.now();
  registerLogin(app, {
    org,
    app: connected,
    faults: faults.rest,
    random,
    runAs,
    wallClock,
    tellGap,
  });
  const { generic, notifications } = registerStreaming(app, {
    org,
    events,
    random,
    settings: options.streaming,
    faults: faults.streaming,
  });
  state?.keep('changeEvents', selection.stored);
  state?.keep('refreshTokens', connected.refreshTokens);
  state?.keep('accessTokens', connected.accessTokens);
  for (const [name, store] of Object.entries(events.stores)) state?.keep(name, store);
  state?.keepEvents('events', events.log);
  state?.keepEvents('notifications', notifications);
  if (options.project !== undefined && state?.isNew !== false) {
    const warnings = await loadEventChannels(events.channelConfig, options.project);
    for (const warning of warnings) options.onWarning?.(warning);
  }
  if (options.data !== undefined && state?.isNew !== false) await loadPlan(org, options.data);
  if (options.seedRecords !== undefined && state?.isNew !== false) {
    await seedRecords(org, options.seedRecords);
  }
  await state?.begin();
  const load = new EditLoad({ org, turn: settled });
  started.push(() => load.stop());
  const snapshots = new OrgSnapshots({
    org,
    journal,
    load,
    logs: [events.log, notifications],
    stores: new Map<string, Store>([
      ['users', org.memory.users],
      ['counters', org.memory.counters],
      ['deletions', org.memory.deletions],
      ['duplicateRules', org.memory.duplicateRules],
      ['changeEvents', selection.stored],
      ...Object.entries(events.stores).filter(([name]) => name !== 'formerObjects'),
    ]),
    replace: state === undefined ? undefined : (change) => state.replace(change),
  });
  const rest = registerRest(app, {
    org,
    tellGap,
    requireSession,
    settings: faults.rest,
    publisher: events,
    schemas: events,
    configuration: events,
    generic,
    bulk: options.bulk,
  });
  registerControl(app, {
    org,
    journal,
    connected,
    faults: faults.control,
    pubsubFaults: faults.pubsub,
    selection,
    events,
    load,
    snapshots,
  });
  let credentials: SandboxCredentials | undefined;
  const access = (): SandboxCredentials => {
    if (credentials !== undefined) return credentials;
    throw new SalesforceError(503, 'SERVER_UNAVAILABLE', 'The sandbox is still starting.');
  };
  registerPage(app, { org, events, requests, access, limits: () => rest.limits() });
  const begin = async (where: Addresses): Promise<SandboxCredentials> => {
    const { accessToken, refreshToken } = firstTokens(connected, org, org.admin);
    await settled();
    if (options.rate !== undefined) await load.set(options.rate, mixOf(options.rateMix ?? {}));
    credentials = {
      ...where,
      ca: tls.caFile,
      orgId: org.id,
      username: org.admin.username,
      password: org.admin.password,
      clientId: connected.clientId,
      clientSecret: connected.clientSecret,
      accessToken,
      refreshToken,
      privateKey: await writeSecretFile(folder, 'jwt-key.pem', connected.privateKeyPem),
    };
    faults.begin();
    return credentials;
  };
  const nowhere = { http: '', https: '' };
  return {
    name: options.name,
    host: options.host,
    org,
    events,
    app,
    connected,
    ...nowhere,
    shown: nowhere,
    ca: tls.ca,
    begin,
    pubsub: {
      org,
      events,
      settings: options.pubsub,
      faults: faults.pubsub,
      settled,
      onCall: (call) => requests.addCall(call),
    },
  };
}

/**
 * The org as it was kept, or new with the project's objects; the data comes later, when its change events have
 * somewhere to go.
 */
async function createLoadedOrg(
  options: SandboxOptions,
): Promise<{ org: SandboxOrg; journal: Journal; state: OrgState | undefined }> {
  const kept = createKeptClock();
  const seed = seedOf(options);
  const clock = options.clock ?? kept.clock;
  const org = createOrg({ ...options, id: options.orgId, clock, seed });
  const journal = new Journal(org);
  const folder = options.stateDir;
  const settings = options.state;
  const state =
    folder === undefined ? undefined : OrgState.open({ folder, org, journal, settings });
  state?.keep('clock', kept.store);
  org.followId();
  if (options.project !== undefined && state?.isNew !== false) {
    for (const warning of await loadProject(org, options.project)) options.onWarning?.(warning);
  }
  return { org, journal, state };
}

/** Another at each start with the same folder: what was random before isn't repeated. */
function seedOf({ seed, stateDir }: SandboxOptions): number | undefined {
  if (seed === undefined || stateDir === undefined) return seed;
  return seed + OrgState.starts(stateDir) * 7919;
}

function selectChangeEvents(
  org: SandboxOrg,
  entities: readonly string[] | undefined,
): ChangeEventSelection {
  try {
    return new ChangeEventSelection(org, entities);
  } catch (error) {
    throw toAppError(error, 'config', 'sandbox.change-events.invalid');
  }
}
