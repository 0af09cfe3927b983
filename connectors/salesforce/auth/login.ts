/** One login: by OAuth, or by SOAP where no connected app is given. */
import jsforce from 'jsforce';
import { fetch, type Agent } from 'undici';
import { AppError, messageOf, type Clock, type Config } from '../../../src/sdk/index.ts';
import {
  CONSUMER_KEY,
  INSTANCE,
  PASSWORD,
  PASSWORD_TOKEN,
  SSL_CA_FILE,
  USERNAME,
  VERSION,
} from './config.ts';
import { grantForm, grantOf, refusal, required } from './grants.ts';

export interface Login {
  readonly accessToken: string;
  readonly instanceUrl: string;
  /** 18 characters. */
  readonly orgId: string;
  readonly ahead: ClockDifference;
}

/** What to add to the local monotonic clock to have Salesforce's, ms: at least and at most. */
export interface ClockDifference {
  readonly least: number;
  readonly most: number;
}

/** Throws `auth` or `config` naming the property, `retriable` when Salesforce can't be reached. */
export async function logIn(config: Config, agent: Agent, clock: Clock): Promise<Login> {
  const bySoap =
    grantOf(config) === 'PASSWORD' && config.optionalString(CONSUMER_KEY) === undefined;
  return bySoap ? soapLogin(config, agent, clock) : oauthLogin(config, agent, clock);
}

async function oauthLogin(config: Config, agent: Agent, clock: Clock): Promise<Login> {
  const form = await grantForm(config, clock.now());
  const url = new URL('/services/oauth2/token', config.string(INSTANCE));
  const sentAt = clock.monotonic();
  const response = await reach(config, () =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form), dispatcher: agent }),
  );
  const body = await reach(config, async () => fields(await response.text()));
  if (response.status >= 500 || response.status === 429) {
    throw new AppError(
      'retriable',
      'salesforce.unavailable',
      `Salesforce answered the login with HTTP ${response.status}.`,
    );
  }
  const { access_token: accessToken, instance_url: instanceUrl, id } = body;
  if (accessToken === undefined || instanceUrl === undefined || id === undefined) {
    throw refusal(
      config,
      body['error'] ?? `HTTP ${response.status}`,
      body['error_description'] ?? '',
    );
  }
  const orgId = new URL(id).pathname.split('/').at(-2) ?? '';
  const ahead = differenceFrom(clock, sentAt, body['issued_at'], response.headers.get('date'));
  return { accessToken, instanceUrl, orgId, ahead };
}

/** A JSON object's texts; anything else is no answer of the token endpoint. */
function fields(text: string): Partial<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => {
        return typeof entry[1] === 'string';
      }),
    );
  } catch {
    return {};
  }
}

async function soapLogin(config: Config, agent: Agent, clock: Clock): Promise<Login> {
  const loginUrl = new URL(config.string(INSTANCE)).origin;
  const connection = new jsforce.Connection({ loginUrl, version: config.string(VERSION) });
  const password =
    required(config, PASSWORD, 'PASSWORD') + (config.optionalString(PASSWORD_TOKEN) ?? '');
  try {
    const user = await connection.login(required(config, USERNAME, 'PASSWORD'), password);
    const { instanceUrl, accessToken } = connection;
    const sentAt = clock.monotonic();
    const response = await fetch(new URL('/services/data', instanceUrl), { dispatcher: agent });
    await response.text();
    return {
      accessToken: accessToken ?? '',
      instanceUrl,
      orgId: user.organizationId,
      ahead: differenceFrom(clock, sentAt, undefined, response.headers.get('date')),
    };
  } catch (error) {
    if (/INVALID_LOGIN|LOGIN_MUST_USE|PASSWORD/.test(messageOf(error))) {
      throw refusal(config, messageOf(error).split(':')[0] ?? '', '');
    }
    throw unreachable(config, error);
  }
}

/** Salesforce told its time between `sentAt` and now: in ms (`issued_at`), else in whole seconds (`Date`). */
function differenceFrom(
  clock: Clock,
  sentAt: number,
  issuedAt: string | undefined,
  date: string | null,
): ClockDifference {
  const now = clock.monotonic();
  const exact = /^\d{13}$/.test(issuedAt ?? '') ? Number(issuedAt) : undefined;
  const second = Date.parse(date ?? '');
  const told = exact ?? (Number.isNaN(second) ? clock.now() : second);
  const spread = exact === undefined && !Number.isNaN(second) ? 1_000 : 1;
  return { least: told - now, most: told + spread - sentAt };
}

async function reach<T>(config: Config, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw unreachable(config, error);
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ISSUER/;

/** A failure of the network; an authority that isn't trusted is a matter of configuration. */
function unreachable(config: Config, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = (cause as { code?: unknown }).code;
  const reason = typeof code === 'string' ? code : messageOf(cause);
  const instance = config.string(INSTANCE);
  if (CERTIFICATE.test(reason)) {
    return new AppError(
      'config',
      'salesforce.certificate',
      `The certificate of ${instance} isn't trusted (${reason}).`,
      { path: SSL_CA_FILE, suggestion: `Name its authority's PEM file in ${SSL_CA_FILE}.`, cause },
    );
  }
  return new AppError(
    'retriable',
    'salesforce.unreachable',
    `${instance} can't be reached (${reason}).`,
    { path: INSTANCE, suggestion: `Check ${INSTANCE} and the network.`, cause },
  );
}
