/** A login that everyone shares: one refresh at a time, used by REST and gRPC alike. */
import { readFile } from 'node:fs/promises';
import type { Connection } from 'jsforce';
import { AppError, messageOf, type Clock, type Config } from '../../../src/sdk/index.ts';
import { createConnection } from '../api/connection.ts';
import { Http } from '../api/http.ts';
import { API_VERSION, credentialsOf, INSTANCE, PASSWORD, SSL_CA_FILE } from './config.ts';
import type { Credentials } from './config.ts';
import { authError, oauthLogin } from './oauth.ts';
import type { Login } from './oauth.ts';

export class Session implements AsyncDisposable {
  readonly http: Http;
  /** PEM of the authorities to trust. */
  readonly ca: Buffer | undefined;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  #login: Login;
  #refreshing: Promise<void> | undefined;
  #version: string;

  private constructor(
    made: { http: Http; ca: Buffer | undefined; credentials: Credentials; clock: Clock },
    login: Login,
    version: string,
  ) {
    this.http = made.http;
    this.ca = made.ca;
    this.#credentials = made.credentials;
    this.#clock = made.clock;
    this.#login = login;
    this.#version = version;
  }

  /** Logs in. Throws `config` or `auth` with the property to mend, or `retriable`. */
  static async open(config: Config, clock: Clock): Promise<Session> {
    const credentials = credentialsOf(config);
    const ca = await readCa(config.optionalString(SSL_CA_FILE));
    const http = new Http({ ca, clock });
    try {
      const login = await logIn(http, credentials, clock);
      const asked = config.string(API_VERSION);
      const version = asked === 'latest' ? await latestVersion(http, login) : asked;
      return new Session({ http, ca, credentials, clock }, login, version);
    } catch (error) {
      await http[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The login as it is now: read it for each call. */
  get identity(): Login {
    return this.#login;
  }

  /** `66.0`. */
  get version(): string {
    return this.#version;
  }

  /** Salesforce's time, epoch ms, good to a second. */
  salesforceNow(): number {
    return this.http.salesforceNow();
  }

  /** Logs in again; callers at the same time share one login. Throws as `open`. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#logInAgain().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** REST by jsforce, which refreshes through this session once when a call is refused. */
  connect(): Connection {
    const { accessToken, instanceUrl } = this.#login;
    return createConnection(this.http, {
      instanceUrl,
      accessToken,
      version: this.#version,
      refreshFn: (_connection, done) => {
        this.refresh().then(
          () => done(null, this.#login.accessToken),
          (error: unknown) => done(error instanceof Error ? error : new Error(messageOf(error))),
        );
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.http[Symbol.asyncDispose]();
  }

  async #logInAgain(): Promise<void> {
    const login = await logIn(this.http, this.#credentials, this.#clock);
    if (login.orgId !== this.#login.orgId) {
      throw new AppError(
        'fatal',
        'salesforce.org.changed',
        `The login is now to org ${login.orgId}; the task was started on org ${this.#login.orgId}.`,
        {
          path: INSTANCE,
          suggestion: 'Restart the connector once it is clear which one is meant.',
        },
      );
    }
    this.#login = login;
  }
}

async function readCa(file: string | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AppError('config', 'salesforce.ca', `${SSL_CA_FILE}: ${messageOf(cause)}.`, {
      path: SSL_CA_FILE,
      cause,
    });
  }
}

function logIn(http: Http, credentials: Credentials, clock: Clock): Promise<Login> {
  const { grant } = credentials;
  const soap = grant.type === 'PASSWORD' && grant.key === undefined;
  return soap
    ? soapLogin(http, credentials.instance, grant.username, grant.password)
    : oauthLogin(http, credentials, clock.now());
}

/** PASSWORD without a connected app. */
async function soapLogin(
  http: Http,
  loginUrl: string,
  username: string,
  password: string,
): Promise<Login> {
  const connection = createConnection(http, { loginUrl });
  try {
    const { organizationId } = await connection.login(username, password);
    return {
      accessToken: connection.accessToken ?? '',
      instanceUrl: connection.instanceUrl,
      orgId: organizationId,
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw authError(PASSWORD, messageOf(error).replace(/\.$/, ''));
  }
}

async function latestVersion(http: Http, { instanceUrl }: Login): Promise<string> {
  const { body } = await http.send(`${instanceUrl}/services/data`, { method: 'GET', headers: {} });
  const found = [...body.matchAll(/"version"\s*:\s*"(\d+)\.0"/g)].map(([, major]) => Number(major));
  if (found.length > 0) return `${Math.max(...found)}.0`;
  throw new AppError('retriable', 'salesforce.versions', 'Salesforce named no API version.', {
    path: API_VERSION,
    suggestion: `Set ${API_VERSION}.`,
  });
}
