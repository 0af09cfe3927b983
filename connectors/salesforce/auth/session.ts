import jsforce, { type Connection } from 'jsforce';
import { AppError, toAppError, type Clock, type Config, type Log } from '../../../src/sdk/index.ts';
import { INSTANCE, SSL_CA_FILE, VERSION } from './config.ts';
import { createAgent, readCa, useAgentFor } from './http.ts';
import { logIn, type Login } from './login.ts';

export interface SessionDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** A login that renews itself when asked. Disposed, its connections are closed when they are done. */
export interface Session extends Disposable {
  readonly instanceUrl: string;
  /** 18 characters. */
  readonly orgId: string;
  /** The authorities to trust, of `salesforce.ssl.ca.file`; undefined: the usual ones. */
  readonly ca: Buffer | undefined;
  accessToken(): string;
  /** Logs in again; calls meanwhile share one login. Throws as `openSession`; `fatal` if the org changed. */
  refresh(): Promise<void>;
  /**
   * REST, Bulk and describe with this session. A 401 refreshes it by itself, once. `callOptions` become
   * `Sforce-Call-Options`. Each call makes a connection; all share the session.
   */
  connection(options?: { readonly callOptions?: Record<string, string> }): Connection;
  /** Salesforce's clock, epoch ms: between which two it is now, as far as the last login told. */
  serverTime(): { readonly earliest: number; readonly latest: number };
}

type RefreshDone = (error: Error | null, accessToken?: string) => void;

/** Logs in. Throws `config` or `auth` naming the property, `retriable` when Salesforce can't be reached. */
export async function openSession(config: Config, deps: SessionDeps): Promise<Session> {
  const caFile = config.optionalString(SSL_CA_FILE);
  const ca = caFile === undefined ? undefined : await readCa(caFile);
  using cleanup = new DisposableStack();
  const agent = cleanup.adopt(createAgent(ca), (each) => void each.close());
  cleanup.use(useAgentFor(config.string(INSTANCE), agent));
  const login = (): Promise<Login> => logIn(config, agent, deps.clock);
  let current = await login();
  cleanup.use(useAgentFor(current.instanceUrl, agent));
  let refreshing: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    const next = await login();
    if (next.orgId !== current.orgId) throw orgChanged(current.orgId, next.orgId);
    current = next;
    deps.log.info('Logged in to Salesforce again.', { org: next.orgId });
  };
  const refresh = async (): Promise<void> => {
    refreshing ??= renew().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };
  const renewFor = async (done: RefreshDone): Promise<void> => {
    try {
      await refresh();
      done(null, current.accessToken);
    } catch (error) {
      done(toAppError(error, 'auth', 'salesforce.login'));
    }
  };

  const opened = cleanup.move();
  return {
    [Symbol.dispose]: () => opened.dispose(),
    instanceUrl: current.instanceUrl,
    orgId: current.orgId,
    ca,
    accessToken: () => current.accessToken,
    refresh,
    serverTime: () => {
      const now = deps.clock.monotonic();
      return { earliest: now + current.ahead.least, latest: now + current.ahead.most };
    },
    connection: (options) =>
      new jsforce.Connection({
        instanceUrl: current.instanceUrl,
        accessToken: current.accessToken,
        version: config.string(VERSION),
        ...(options?.callOptions === undefined ? {} : { callOptions: options.callOptions }),
        refreshFn: (_connection, done) => void renewFor(done),
      }),
  };
}

function orgChanged(from: string, to: string): AppError {
  return new AppError(
    'fatal',
    'salesforce.org_changed',
    `The login now leads to org ${to}, it was ${from}.`,
    { path: INSTANCE, suggestion: 'Give the new org a connector and a topic prefix of its own.' },
  );
}
