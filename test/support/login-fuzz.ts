/** Requests to all addresses of logging in: some right, most nearly, some without sense; and what every answer must hold. */
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { noFaults } from '../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../sandbox/salesforce/http.ts';
import {
  createConnectedApp,
  createCredentials,
  firstTokens,
} from '../../sandbox/salesforce/login/connected-app.ts';
import { registerLogin } from '../../sandbox/salesforce/login/index.ts';
import { createOrg } from '../../sandbox/salesforce/org/org.ts';

export interface LoginTarget {
  readonly app: FastifyInstance;
  /** Requests that are accepted: address and form. */
  readonly right: readonly (readonly [path: string, form: Readonly<Record<string, string>>])[];
  /** What no answer may have in it. */
  readonly secrets: readonly string[];
  /** Values with which a request comes far. */
  readonly values: readonly string[];
}

/** Without listening; nobody is locked out, and logins aren't counted. */
export async function createLoginTarget(seed: number): Promise<LoginTarget> {
  const org = createOrg({ seed });
  const { random } = org;
  const limits = { maxInvalidLogins: 0, loginsPerHour: Infinity };
  const connected = createConnectedApp(await createCredentials(random), limits);
  const app = createApp();
  const faults = noFaults();
  const runAs = (): typeof org.admin => org.admin;
  registerLogin(app, {
    org,
    app: connected,
    faults,
    random,
    runAs,
    wallClock: () => org.clock.now(),
  });
  await app.ready();
  const { accessToken, refreshToken } = firstTokens(connected, org, org.admin);
  const { clientId, clientSecret, securityToken, privateKeyPem } = connected;
  const { username, password } = org.admin;
  const client = { client_id: clientId, client_secret: clientSecret };
  const redirect_uri = 'http://localhost:1717/OauthRedirect';
  const asked = { ...client, response_type: 'code', redirect_uri, scope: 'api openid', state: 's' };
  const oauth = '/services/oauth2';
  return {
    app,
    right: [
      [`${oauth}/authorize`, asked],
      [`${oauth}/authorize`, { ...asked, username, pw: password }],
      [`${oauth}/authorize`, { ...asked, response_type: 'token', username, pw: password }],
      [`${oauth}/token`, { ...client, grant_type: 'client_credentials', format: 'json' }],
      [`${oauth}/token`, { ...client, grant_type: 'password', username, password }],
      [`${oauth}/token`, { ...client, grant_type: 'refresh_token', refresh_token: refreshToken }],
      [`${oauth}/token`, { ...client, grant_type: 'authorization_code', code: 'x', redirect_uri }],
      [`${oauth}/token`, { client_id: 'PlatformCLI', response_type: 'device_code' }],
      [`${oauth}/introspect`, { ...client, token: accessToken }],
      [`${oauth}/userinfo`, { access_token: accessToken }],
      [`/id/${org.id}/${org.admin.id}`, { oauth_token: accessToken, version: 'latest' }],
    ],
    secrets: [clientSecret, securityToken, password, privateKeyPem.split('\n')[1] ?? ''],
    values: [clientId, clientSecret, username, password, accessToken, refreshToken, ...WORDS],
  };
}

const WORDS = [
  'PlatformCLI',
  'code',
  'token',
  'device_code',
  'authorization_code',
  'client_credentials',
  'device',
  'password',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'http://localhost:1717/OauthRedirect',
  'http://localhost/?a=b',
  'api openid refresh_token',
  'json',
  'xml',
  'urlencoded',
  'latest',
  'S256',
  'none',
  'eyJhbGciOiJub25lIn0.e30.',
  '',
];
const FIELDS = [
  'grant_type',
  'response_type',
  'client_id',
  'client_secret',
  'redirect_uri',
  'code',
  'code_verifier',
  'code_challenge',
  'code_challenge_method',
  'assertion',
  'refresh_token',
  'token',
  'token_type_hint',
  'username',
  'password',
  'pw',
  'deny',
  'user_code',
  'scope',
  'state',
  'nonce',
  'prompt',
  'login_hint',
  'format',
  'callback',
  'version',
  'oauth_token',
  'access_token',
  '__proto__',
  'constructor',
];
const OAUTH = ['token', 'authorize', 'introspect', 'revoke', 'userinfo', 'success'];
const PATHS = [
  ...OAUTH.map((name) => `/services/oauth2/${name}`),
  '/setup/connect',
  '/id/keys',
  '/id/00D000000000001/005000000000001',
  '/.well-known/openid-configuration',
];
const SOAP_PATHS = ['/services/Soap/u/60.0', '/services/Soap/c/7.0/00D', '/services/Soap/u/x'];
const TYPES = [
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'application/json',
  'text/xml',
  'nonsense',
];

export interface FuzzRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** Fields that pages and redirects give back: who writes a secret there has told it. */
const TOLD_AGAIN =
  /^(client_id|redirect_uri|response_type|state|scope|nonce|display|username|user_code|login_hint|callback|code_challenge.*)$/;

export function loginRequests({ values, right, secrets }: LoginTarget): fc.Arbitrary<FuzzRequest> {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: fc.constantFrom(...values).map((each) => `${each.slice(0, -1)}~`) },
  );
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...FIELDS) },
    { weight: 1, arbitrary: text },
  );
  const field = fc
    .tuple(name, value)
    .map(([key, each]): [string, string] =>
      TOLD_AGAIN.test(key) && secrets.includes(each) ? [key, ''] : [key, each],
    );
  const form = fc.array(field, { maxLength: 10 }).map((fields) => {
    const search = new URLSearchParams();
    for (const [key, each] of fields) search.append(key.toWellFormed(), each.toWellFormed());
    return search;
  });
  const oauth = fc.record({
    method: fc.constantFrom('GET', 'POST'),
    url: fc
      .tuple(fc.constantFrom(...PATHS), fc.option(form, { nil: undefined }))
      .map(([path, search]) => (search === undefined ? path : `${path}?${search.toString()}`)),
    headers: headers(values),
    payload: fc.oneof(form.map(String), form.map(multipart), text, fc.json()),
  });
  const changes = fc.array(field, { maxLength: 2 });
  const nearly = fc
    .tuple(fc.constantFrom(...right), changes, headers(values))
    .map(([[url, fields], changed, sent]): FuzzRequest => {
      const all = new URLSearchParams(fields);
      for (const [key, each] of changed) all.set(key.toWellFormed(), each.toWellFormed());
      const { authorization, ...rest } = sent;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const kept = authorization?.startsWith('Bearer') === true ? { authorization } : {};
      return { method: 'POST', url, headers: { ...rest, ...type, ...kept }, payload: String(all) };
    });
  const soap = fc.record({
    method: fc.constant('POST' as const),
    url: fc.constantFrom(...SOAP_PATHS),
    headers: headers(values),
    payload: envelopes(value),
  });
  return fc.oneof(
    { weight: 3, arbitrary: oauth },
    { weight: 3, arbitrary: nearly },
    { weight: 1, arbitrary: soap },
  );
}

function headers(values: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const base64 = fc.oneof(
    fc.base64String(),
    fc.constantFrom(...values).map((each) => Buffer.from(`${each}:%`).toString('base64')),
  );
  const authorization = fc.oneof(
    base64.map((each) => `Basic ${each}`),
    fc.constantFrom(...values).map((each) => `Bearer ${each}`),
    fc.constant('Bearer'),
  );
  const accept = fc.constantFrom('application/xml', 'text/html,*/*', 'a,b;q=x', ',,');
  return fc
    .record(
      { 'content-type': fc.constantFrom(...TYPES), authorization, accept },
      {
        requiredKeys: ['content-type'],
      },
    )
    .map((each) => each as Record<string, string>);
}

function multipart(form: URLSearchParams): string {
  const parts = [...form].map(
    ([name, value]) =>
      `--b\r\nContent-Disposition: form-data; name="${encodeURIComponent(name)}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}--b--\r\n`;
}

function envelopes(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const operation = fc.constantFrom('login', 'logout', 'getUserInfo', 'query', 'constructor', 'x');
  const right = fc
    .tuple(operation, value, value)
    .map(
      ([name, first, second]) =>
        `<e:Envelope xmlns:e="x"><e:Header><SessionHeader><sessionId>${first}</sessionId></SessionHeader></e:Header><e:Body><${name}><username>${first}</username><password>${second}</password></${name}></e:Body></e:Envelope>`,
    );
  const cut = fc.tuple(right, fc.nat(200)).map(([xml, at]) => xml.slice(0, at));
  const deep = fc.nat(5000).map((depth) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`);
  const entities = fc.constant(
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><Envelope><Body><login>&c;</login></Body></Envelope>',
  );
  return fc.oneof(right, cut, deep, entities);
}

const JSON_ERRORS = ['/services/oauth2/token', '/services/oauth2/introspect'];

/** What is wrong with the answer to a request; undefined where nothing is. Gives its status, too. */
export async function attempt(
  { app, secrets }: LoginTarget,
  request: FuzzRequest,
): Promise<{ readonly status: number; readonly wrong: string | undefined }> {
  const { method, url, headers: sent, payload } = request;
  const body = method === 'GET' ? {} : { payload };
  const answer = await app.inject({ method, url, headers: sent, ...body });
  const { statusCode: status, body: text } = answer;
  const isSoap = url.startsWith('/services/Soap/');
  const [path = ''] = url.split('?');
  const all = `${text}${JSON.stringify(answer.headers)}`;
  if (secrets.some((secret) => all.includes(secret))) return { status, wrong: 'a secret is told' };
  if (isSoap) {
    const fault = text.includes('<soapenv:Fault><faultcode>');
    if (text.includes('UNKNOWN_EXCEPTION')) return { status, wrong: text };
    return { status, wrong: fault === (status === 500) ? undefined : 'no fault' };
  }
  if (status >= 500) return { status, wrong: `${status}` };
  const type = String(answer.headers['content-type']);
  if (JSON_ERRORS.includes(path) && status >= 400 && type.startsWith('application/json')) {
    const {
      error,
      error_description: description,
      ...rest
    } = answer.json<Record<string, unknown>>();
    const right = typeof error === 'string' && typeof description === 'string';
    if (!right || Object.keys(rest).length > 0) return { status, wrong: `not an error: ${text}` };
  }
  return { status, wrong: undefined };
}
