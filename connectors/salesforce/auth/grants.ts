/** The token endpoint: a grant's form fields, and what its refusals mean. */
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { AppError, type Config } from '../../../src/sdk/index.ts';
import {
  CONSUMER_KEY,
  CONSUMER_SECRET,
  GRANT_TYPE,
  INSTANCE,
  JWT_AUDIENCE,
  JWT_KEY_FILE,
  PASSWORD,
  PASSWORD_TOKEN,
  REFRESH_TOKEN,
  USERNAME,
  type Grant,
} from './config.ts';
import { readPem } from './http.ts';

/** Salesforce refuses assertions that live longer than a few minutes. */
const ASSERTION_LIFE_S = 180;

export function grantOf(config: Config): Grant {
  const given = config.optionalString(GRANT_TYPE);
  if (given !== undefined) return given.toUpperCase() as Grant;
  if (config.optionalString(JWT_KEY_FILE) !== undefined) return 'JWT_BEARER';
  if (config.optionalString(REFRESH_TOKEN) !== undefined) return 'REFRESH_TOKEN';
  if (config.optionalString(USERNAME) !== undefined) return 'PASSWORD';
  return 'CLIENT_CREDENTIALS';
}

/** The token request's fields; throws a `config` error for what is missing. `nowMs`: epoch milliseconds. */
export async function grantForm(config: Config, nowMs: number): Promise<Record<string, string>> {
  const grant = grantOf(config);
  const need = (name: string): string => required(config, name, grant);
  if (grant === 'CLIENT_CREDENTIALS') {
    return {
      grant_type: 'client_credentials',
      client_id: need(CONSUMER_KEY),
      client_secret: need(CONSUMER_SECRET),
    };
  }
  if (grant === 'PASSWORD') {
    return {
      grant_type: 'password',
      client_id: need(CONSUMER_KEY),
      client_secret: need(CONSUMER_SECRET),
      username: need(USERNAME),
      password: need(PASSWORD) + (config.optionalString(PASSWORD_TOKEN) ?? ''),
    };
  }
  if (grant === 'REFRESH_TOKEN') {
    const secret = config.optionalString(CONSUMER_SECRET);
    return {
      grant_type: 'refresh_token',
      client_id: need(CONSUMER_KEY),
      refresh_token: need(REFRESH_TOKEN),
      ...(secret === undefined ? {} : { client_secret: secret }),
    };
  }
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(need(CONSUMER_KEY))
    .setSubject(need(USERNAME))
    .setAudience(audienceOf(config))
    .setExpirationTime(Math.floor(nowMs / 1000) + ASSERTION_LIFE_S)
    .sign(await readKey(need(JWT_KEY_FILE)));
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
}

export function required(config: Config, name: string, grant: Grant): string {
  const value = config.optionalString(name);
  if (value !== undefined) return value;
  throw new AppError(
    'config',
    'config.missing',
    `${name} is required with ${GRANT_TYPE}=${grant}.`,
    {
      path: name,
    },
  );
}

async function readKey(file: string): Promise<KeyObject> {
  const pem = await readPem(file, JWT_KEY_FILE);
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new AppError('config', 'salesforce.key', `${JWT_KEY_FILE} holds no private key.`, {
      path: JWT_KEY_FILE,
      suggestion: 'It must be an unencrypted RSA key in PEM.',
      cause: error,
    });
  }
}

function audienceOf(config: Config): string {
  const given = config.optionalString(JWT_AUDIENCE);
  if (given !== undefined) return given;
  const { host, origin } = new URL(config.string(INSTANCE));
  if (!host.endsWith('.salesforce.com')) return origin;
  const isTest = host.startsWith('test.') || host.includes('.sandbox.');
  return isTest ? 'https://test.salesforce.com' : 'https://login.salesforce.com';
}

/** An answer of the token endpoint that isn't a token, as an error that names the property to mend. */
export function refusal(config: Config, error: string, description: string): AppError {
  const grant = grantOf(config);
  const path = propertyOf(error, grant);
  const detail = description === '' ? error : `${error}: ${description}`;
  return new AppError(
    'auth',
    'salesforce.login',
    `Salesforce refused the login by ${grant} (${detail}).`,
    { path, suggestion: `Check ${path}.` },
  );
}

function propertyOf(error: string, grant: Grant): string {
  if (error === 'invalid_client_id' || error === 'app_not_found') return CONSUMER_KEY;
  if (error === 'invalid_client') return CONSUMER_SECRET;
  if (error === 'unsupported_grant_type') return GRANT_TYPE;
  if (error === 'inactive_org') return INSTANCE;
  if (grant === 'PASSWORD') return PASSWORD;
  if (grant === 'JWT_BEARER') return USERNAME;
  if (grant === 'REFRESH_TOKEN') return REFRESH_TOKEN;
  return CONSUMER_KEY;
}
