/** Tokens for SASL/OAUTHBEARER: fetched by client credentials, read from a file, or unsecured (for development). */
import { readFile } from 'node:fs/promises';
import { failureOf, lazyFetch, type Fetch } from '../config/tls/fetch.ts';
import { tlsMaterial } from '../config/tls/tls.ts';
import type { Clock } from '../foundation/clock.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { objectOf, parsedObject } from '../foundation/json-object.ts';

/** A token that is good for a while, fetched when there is none. */
export type TokenSource = () => Promise<string>;

type Properties = Readonly<Record<string, string>>;

/** Where the token comes from. */
const URL_PROPERTY = 'sasl.oauthbearer.token.endpoint.url';
/** Java's sasl.login.refresh.window.factor: after this part of its life a token is fetched anew. */
const REFRESH_PART = 0.8;
/** Nobody said how long it lives. */
const DEFAULT_LIFE_MS = 300_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Of an unsecured token; Java's default. */
const UNSECURED_LIFE_S = 3_600;

interface Fetched {
  readonly value: string;
  readonly lifeMs: number;
}

/** One token for all who ask, until most of its life is over. A failure isn't kept. */
export function tokenSource(
  properties: Properties,
  options: Properties,
  clock: Clock,
): TokenSource {
  const fetchToken = fetcher(properties, options, clock);
  let current: Promise<Fetched> | undefined;
  let until = 0;
  return async () => {
    if (current === undefined || clock.monotonic() >= until) {
      const asked = clock.monotonic();
      until = Infinity;
      current = fetchToken();
      current.then(
        ({ lifeMs }) => (until = asked + lifeMs * REFRESH_PART),
        () => (until = -Infinity),
      );
    }
    return (await current).value;
  };
}

function fetcher(
  properties: Properties,
  options: Properties,
  clock: Clock,
): () => Promise<Fetched> {
  const url = properties[URL_PROPERTY]?.trim() ?? '';
  if (url === '') return async () => unsecured(options, clock);
  if (!URL.canParse(url) || !/^(https?|file):$/.test(new URL(url).protocol)) {
    throw wrong(URL_PROPERTY, 'must be a URL of https, http or file');
  }
  const target = new URL(url);
  if (target.protocol === 'file:') return () => fromFile(target, clock);
  const given = (property: string, option: string): string | undefined =>
    properties[`sasl.oauthbearer.${property}`] ?? options[option];
  const id = given('client.credentials.client.id', 'clientId');
  const secret = given('client.credentials.client.secret', 'clientSecret');
  if (id === undefined || secret === undefined) {
    throw wrong('sasl.jaas.config', 'clientId and clientSecret are required for a token endpoint');
  }
  const scope = given('scope', 'scope');
  const tls = Object.keys(options).some((name) => name.startsWith('ssl.'))
    ? tlsMaterial(options)
    : undefined;
  const fetch = lazyFetch(tls);
  return () => byCredentials({ target, id, secret, scope, fetch }, clock);
}

interface Credentials {
  readonly target: URL;
  readonly id: string;
  readonly secret: string;
  readonly scope: string | undefined;
  readonly fetch: Fetch;
}

/** OAuth 2.0's client credentials grant, as Java's clients ask. */
async function byCredentials(
  { target, id, secret, scope, fetch }: Credentials,
  clock: Clock,
): Promise<Fetched> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
  });
  let status: number;
  let answer: Readonly<Record<string, unknown>>;
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: body.toString(),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    status = response.status;
    answer = parsedObject(await response.text());
  } catch (cause) {
    const message = `The token endpoint at ${target.origin} can't be reached: ${failureOf(cause)}.`;
    throw new AppError('retriable', 'kafka.token', message, { cause, path: URL_PROPERTY });
  }
  const { access_token: value, expires_in: seconds, error } = answer;
  if (status < 300 && typeof value === 'string') {
    const lifeMs = typeof seconds === 'number' ? seconds * 1_000 : lifeOf(value, clock);
    return { value, lifeMs };
  }
  const said = typeof error === 'string' ? `${status}, ${error}` : String(status);
  const isRefused = status === 400 || status === 401 || status === 403;
  throw new AppError(
    isRefused ? 'auth' : 'retriable',
    'kafka.token',
    `The token endpoint at ${target.origin} gives no token (${said}).`,
    {
      path: isRefused ? 'sasl.jaas.config' : URL_PROPERTY,
      suggestion: isRefused
        ? 'Check clientId and clientSecret in sasl.jaas.config.'
        : `Check ${URL_PROPERTY}.`,
    },
  );
}

async function fromFile(file: URL, clock: Clock): Promise<Fetched> {
  let value: string;
  try {
    value = (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new AppError('config', 'kafka.token', `${URL_PROPERTY}: ${messageOf(cause)}.`, {
      cause,
      path: URL_PROPERTY,
    });
  }
  return { value, lifeMs: lifeOf(value, clock) };
}

/** A token that nobody signed: only brokers without a validator take it. */
function unsecured(options: Properties, clock: Clock): Fetched {
  const claims: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const [, kind, claim] = /^unsecuredLogin(String|Number|List)Claim_(.+)$/.exec(name) ?? [];
    if (claim === undefined) continue;
    if (kind === 'String') claims[claim] = value;
    // Java's: the list's first character separates its elements.
    else if (kind === 'List') claims[claim] = value.slice(1).split(value.slice(0, 1));
    else claims[claim] = Number(value);
  }
  if (Object.keys(claims).length === 0) {
    throw wrong(
      URL_PROPERTY,
      'is required, unless sasl.jaas.config has unsecuredLoginStringClaim_sub',
    );
  }
  const lifeS = Number(options['unsecuredLoginLifetimeSeconds'] ?? UNSECURED_LIFE_S);
  const now = clock.now() / 1_000;
  const part = (content: object): string =>
    Buffer.from(JSON.stringify(content)).toString('base64url');
  const value = `${part({ alg: 'none' })}.${part({ iat: now, exp: now + lifeS, ...claims })}.`;
  return { value, lifeMs: lifeS * 1_000 };
}

/** What a JWT says about its own end. */
function lifeOf(token: string, clock: Clock): number {
  try {
    const [, claims = ''] = token.split('.');
    const { exp } = objectOf(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    if (typeof exp === 'number') return Math.max(0, exp * 1_000 - clock.now());
  } catch {
    // No JWT: an opaque token.
  }
  return DEFAULT_LIFE_MS;
}

function wrong(path: string, problem: string): AppError {
  return new AppError('config', 'kafka.sasl', `${path}: ${problem}.`, { path });
}
