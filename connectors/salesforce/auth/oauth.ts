/** Salesforce's logins: one request each, and what its refusals mean to the one who configured it. */
import { readFile } from 'node:fs/promises';
import { importPKCS8, SignJWT } from 'jose';
import { createPrivateKey } from 'node:crypto';
import { AppError, messageOf } from '../../../src/sdk/index.ts';
import type { Http } from '../api/http.ts';
import {
  CONSUMER_KEY,
  CONSUMER_SECRET,
  INSTANCE,
  JWT_KEY_FILE,
  PASSWORD,
  REFRESH_TOKEN,
  USERNAME,
} from './config.ts';
import type { Credentials } from './config.ts';

export interface Login {
  readonly accessToken: string;
  readonly instanceUrl: string;
  /** 18 characters. */
  readonly orgId: string;
}

/** Salesforce takes assertions that expire within 5 minutes. */
const ASSERTION_SECONDS = 180;

export async function oauthLogin(
  http: Http,
  { instance, grant }: Credentials,
  now: number,
): Promise<Login> {
  const form = await formOf(grant, instance, now);
  const response = await http.send(`${instance}/services/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const answer = jsonOf(response.body);
  if (response.status === 200) return loginOf(answer);
  throw refusal(grant.type, response.status, answer);
}

async function formOf(
  grant: Credentials['grant'],
  instance: string,
  now: number,
): Promise<Record<string, string>> {
  switch (grant.type) {
    case 'CLIENT_CREDENTIALS':
      return {
        grant_type: 'client_credentials',
        client_id: grant.key,
        client_secret: grant.secret,
      };
    case 'PASSWORD':
      return {
        grant_type: 'password',
        client_id: grant.key ?? '',
        client_secret: grant.secret ?? '',
        username: grant.username,
        password: grant.password,
      };
    case 'REFRESH_TOKEN':
      return {
        grant_type: 'refresh_token',
        client_id: grant.key,
        ...(grant.secret === undefined ? {} : { client_secret: grant.secret }),
        refresh_token: grant.token,
      };
    case 'JWT_BEARER':
      return {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await assertion(grant, audienceOf(instance), now),
      };
  }
}

async function assertion(
  { key, username, keyFile }: { key: string; username: string; keyFile: string },
  audience: string,
  now: number,
): Promise<string> {
  try {
    // Any PEM that Node reads (PKCS#1 too), as the PKCS#8 that jose takes.
    const pem = createPrivateKey(await readFile(keyFile)).export({ type: 'pkcs8', format: 'pem' });
    const privateKey = await importPKCS8(pem.toString(), 'RS256');
    return await new SignJWT()
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(key)
      .setSubject(username)
      .setAudience(audience)
      .setExpirationTime(Math.floor(now / 1000) + ASSERTION_SECONDS)
      .sign(privateKey);
  } catch (cause) {
    throw new AppError(
      'config',
      'salesforce.jwt.key',
      `${JWT_KEY_FILE} can't sign: ${messageOf(cause)}.`,
      { path: JWT_KEY_FILE, cause, suggestion: 'It must be a PEM file of an RSA private key.' },
    );
  }
}

/** Salesforce's own login hosts for its own domains; others (a local Salesforce) are their own audience. */
function audienceOf(instance: string): string {
  const { hostname } = new URL(instance);
  if (!hostname.endsWith('.salesforce.com')) return instance;
  const sandbox = hostname === 'test.salesforce.com' || hostname.includes('.sandbox.');
  return sandbox ? 'https://test.salesforce.com' : 'https://login.salesforce.com';
}

function loginOf(answer: Readonly<Record<string, unknown>>): Login {
  const { access_token: accessToken, instance_url: instanceUrl, id } = answer;
  const orgId = typeof id === 'string' ? id.split('/').at(-2) : undefined;
  if (
    typeof accessToken === 'string' &&
    typeof instanceUrl === 'string' &&
    orgId?.startsWith('00D') === true
  ) {
    return { accessToken, instanceUrl, orgId };
  }
  throw new AppError('config', 'salesforce.login', "The login's answer isn't Salesforce's.", {
    path: INSTANCE,
    suggestion: `Does ${INSTANCE} name a Salesforce org?`,
  });
}

interface Refusal {
  /** `error`, or a part of `error_description`. */
  readonly match: RegExp;
  readonly path: string;
  readonly suggestion: string;
}

/** By Salesforce's words, first match first. */
const REFUSALS: readonly Refusal[] = [
  refused(/not supported on this domain/i, INSTANCE, "Use the org's My Domain URL."),
  refused(
    /hasn't approved/i,
    CONSUMER_KEY,
    'Pre-authorize the user for the connected app (a permission set or profile), or have them approve it once.',
  ),
  refused(
    /audience/i,
    INSTANCE,
    'Use the login host of the org: production, sandbox or My Domain.',
  ),
  refused(
    /no client credentials user/i,
    CONSUMER_KEY,
    "Set a run-as user in the connected app's client credentials flow.",
  ),
  refused(
    /invalid_client_id|client identifier/i,
    CONSUMER_KEY,
    'No connected app has this consumer key; a new app takes up to 10 minutes.',
  ),
  refused(
    /invalid_client/i,
    CONSUMER_SECRET,
    "Compare it with the connected app's consumer secret.",
  ),
  refused(
    /expired access\/refresh token/i,
    REFRESH_TOKEN,
    'Authorize the app again for a new refresh token.',
  ),
  refused(
    /assertion/i,
    JWT_KEY_FILE,
    'The key must belong to the certificate uploaded to the connected app.',
  ),
  refused(
    /invalid_app_access|app_not_found/i,
    CONSUMER_KEY,
    'Let an administrator allow the connected app for the user.',
  ),
  refused(/inactive/i, USERNAME, 'The user or org is inactive.'),
  refused(
    /unsupported_grant_type/i,
    'salesforce.grant.type',
    'The org has this flow switched off.',
  ),
];

function refused(match: RegExp, path: string, suggestion: string): Refusal {
  return { match, path, suggestion };
}

/** What a wrong credential of each grant is most likely to be. */
const USUAL: Readonly<Record<Credentials['grant']['type'], string>> = {
  CLIENT_CREDENTIALS: CONSUMER_SECRET,
  JWT_BEARER: USERNAME,
  PASSWORD,
  REFRESH_TOKEN,
};

function refusal(
  grant: Credentials['grant']['type'],
  status: number,
  answer: Readonly<Record<string, unknown>>,
): AppError {
  const error = String(answer['error'] ?? `HTTP ${status}`);
  const description = String(answer['error_description'] ?? '');
  const said = description === '' ? error : `${description} (${error})`;
  if (status >= 500 || status === 429 || /rate_limit|rate exceeded/i.test(said)) {
    return new AppError('retriable', 'salesforce.login.unavailable', `The login failed: ${said}.`, {
      path: INSTANCE,
    });
  }
  const known = REFUSALS.find(({ match }) => match.test(said));
  return authError(known?.path ?? USUAL[grant], said, known?.suggestion);
}

/** A login that Salesforce refused: `said` are its words, `path` the property to mend. */
export function authError(path: string, said: string, suggestion?: string): AppError {
  return new AppError(
    'auth',
    'salesforce.login.refused',
    `Salesforce refused the login: ${said}.`,
    { path, suggestion: suggestion ?? `Check ${path}.` },
  );
}

function jsonOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
