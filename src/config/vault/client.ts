/** Vault's HTTP API as far as secrets are read: a login, and what is at a path. */
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { objectOf, parsedObject } from '../../foundation/json-object.ts';
import { failureOf, type Fetch } from '../tls/fetch.ts';

export interface VaultSecret {
  readonly data: Readonly<Record<string, unknown>>;
  /** How long it is good for; 0: nobody said. */
  readonly leaseMs: number;
  /** Made for this reader alone (a database's login): each reading makes another. */
  readonly isLeased: boolean;
}

export type VaultLogin =
  | { readonly token: string }
  | {
      /** `auth/approle/login` */
      readonly path: string;
      /** What is sent; read anew each time, for a service account's token is renewed. */
      readonly body: () => Promise<Readonly<Record<string, string>>>;
    };

export interface VaultClientOptions {
  readonly address: string;
  readonly namespace: string | undefined;
  readonly login: VaultLogin;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const TIMEOUT_MS = 10_000;
/** After this part of a token's life another is fetched. */
const REFRESH_PART = 0.8;

/** Errors: `retriable` (away, sealed, 5xx), `auth` (refused), `config` (anything else). Secrets are in none. */
export class VaultClient {
  readonly #options: VaultClientOptions;
  #token: Promise<string> | undefined;
  #tokenUntil = 0;

  constructor(options: VaultClientOptions) {
    this.#options = options;
  }

  /** undefined: there is nothing. A token that is taken no more is fetched anew, once. */
  async read(path: string): Promise<VaultSecret | undefined> {
    let answer = await this.#call('GET', path, await this.#login());
    if (answer.status === 403 && !('token' in this.#options.login)) {
      this.#token = undefined;
      answer = await this.#call('GET', path, await this.#login());
    }
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.#refusal(`reading ${path}`, answer);
    const { data, lease_duration: seconds, lease_id: lease } = answer.body;
    return {
      data: objectOf(data),
      leaseMs: typeof seconds === 'number' ? seconds * 1_000 : 0,
      isLeased: typeof lease === 'string' && lease !== '',
    };
  }

  async #login(): Promise<string> {
    const { login, clock } = this.#options;
    if ('token' in login) return login.token;
    if (this.#token === undefined || clock.monotonic() >= this.#tokenUntil) {
      const asked = clock.monotonic();
      this.#tokenUntil = Infinity;
      const fetching = login.body().then((body) => this.#fetchToken(login.path, body));
      this.#token = fetching.then(({ token }) => token);
      fetching.then(
        ({ lifeMs }) =>
          (this.#tokenUntil = lifeMs === 0 ? Infinity : asked + lifeMs * REFRESH_PART),
        () => (this.#token = undefined),
      );
    }
    return await this.#token;
  }

  async #fetchToken(
    path: string,
    body: Readonly<Record<string, string>>,
  ): Promise<{ readonly token: string; readonly lifeMs: number }> {
    const answer = await this.#call('POST', path, undefined, body);
    const { client_token: token, lease_duration: seconds } = objectOf(answer.body['auth']);
    if (answer.status !== 200 || typeof token !== 'string') {
      throw this.#refusal('logging in', { ...answer, status: Math.max(answer.status, 400) });
    }
    return { token, lifeMs: typeof seconds === 'number' ? seconds * 1_000 : 0 };
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    token: string | undefined,
    body?: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const { address, namespace, fetch } = this.#options;
    try {
      const response = await fetch(
        `${address}/v1/${path.split('/').map(encodeURIComponent).join('/')}`,
        {
          method,
          headers: {
            'x-vault-request': 'true',
            ...(token === undefined ? {} : { 'x-vault-token': token }),
            ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        },
      );
      return { status: response.status, body: parsedObject(await response.text()) };
    } catch (cause) {
      const message = `Vault at ${address} can't be reached: ${failureOf(cause)}.`;
      throw new AppError('retriable', 'vault.unreachable', message, { cause });
    }
  }

  /** Vault's own words: they name paths and permissions, never what was sent. */
  #refusal(doing: string, { status, body }: Answer): AppError {
    const { errors } = body;
    const said = Array.isArray(errors) ? errors.map(String).join('; ').trim() : '';
    const message = `Vault at ${this.#options.address} answers ${status} when ${doing}${said === '' ? '' : `: ${said}`}`;
    if (status >= 500 || status === 429) return new AppError('retriable', 'vault.away', message);
    const isAuth = status === 401 || status === 403 || doing === 'logging in';
    return new AppError(isAuth ? 'auth' : 'config', 'vault.refused', message);
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
