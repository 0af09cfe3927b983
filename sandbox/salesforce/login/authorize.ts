import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomToken } from '../org/random.ts';
import type { User } from '../org/types.ts';
import { isRegistered, requireClient } from './clients.ts';
import type { OAuthClient } from './clients.ts';
import { redirectBack } from './callback.ts';
import { issueRefreshToken } from './connected-app.ts';
import { FORM_LIMIT, formOf } from './forms.ts';
import type { Form } from './forms.ts';
import type { LoginServices } from './index.ts';
import { OAuthError } from './oauth-error.ts';
import { originOf } from './origin.ts';
import { escapeHtml, loginForm, sendPage } from './page.ts';
import { readScope, wantsRefreshToken } from './scopes.ts';
import { openTokenSession } from './token-answer.ts';

const PATH = '/services/oauth2/authorize';
/** What the page carries from the first request to the login. */
const CARRIED = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'display',
];

/** Where an answer may be sent: everything that follows goes there, errors too. */
interface Target {
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly where: 'query' | 'fragment';
}

/** A request that only lacks its user. */
interface Asked extends Target {
  readonly scope: string;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
}

/** The web server flow with PKCE, and the user-agent flow: a login page, then back to the application without asking for consent. */
export function registerAuthorize(app: FastifyInstance, services: LoginServices): void {
  app.get(PATH, (request, reply) =>
    withRequest(request, reply, services, (form, asked) => {
      if (form['prompt'] === 'none' || form['immediate'] === 'true') {
        throw new OAuthError('immediate_unsuccessful', 'user is not logged in');
      }
      return showLogin(reply, form, asked);
    }),
  );
  app.post(PATH, { bodyLimit: FORM_LIMIT }, (request, reply) =>
    withRequest(request, reply, services, (form, asked) => {
      if (form['deny'] !== undefined) {
        throw new OAuthError('access_denied', 'end-user denied authorization');
      }
      // A client may also POST the request itself, and has then no fields of the page.
      if (form['pw'] === undefined) return showLogin(reply, form, asked);
      const user = services.guard.check(form['username'] ?? '', form['pw'], 'never');
      if (typeof user === 'string') return showLogin(reply, form, asked, FAILURE);
      // Of the web server flow the exchange of the code counts.
      if (asked.where === 'fragment' && !services.guard.count(user)) {
        throw new OAuthError('rate_limit_exceeded', 'login rate exceeded');
      }
      return sendBack(reply, asked, user, originOf(request), services);
    }),
  );
  app.get('/services/oauth2/success', (_request, reply) =>
    sendPage(reply, {
      title: 'Remote Access Authorization',
      body: '<p>You may close this page.</p>',
    }),
  );
}

export const FAILURE =
  "Please check your username and password. If you still can't log in, contact your Salesforce administrator.";

/** Errors go to the application once it is known where that is; before, they are shown. */
async function withRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  services: LoginServices,
  run: (form: Form, asked: Asked) => FastifyReply | Promise<FastifyReply>,
): Promise<FastifyReply> {
  const form = formOf(request);
  let target: Target | undefined;
  try {
    target = readTarget(form, originOf(request), services);
    return await run(form, readRequest(form, target, services));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const fields = { error: error.error, error_description: error.message };
    if (target === undefined) return showError(reply, fields);
    const { redirectUri, state, where } = target;
    return redirectBack(reply, redirectUri, { ...fields, state }, where);
  }
}

function showError(reply: FastifyReply, fields: Readonly<Record<string, string>>): FastifyReply {
  const text = escapeHtml(new URLSearchParams(fields).toString().replaceAll('+', '%20'));
  return sendPage(reply.code(400), { title: 'OAuth Error', body: `<p role="alert">${text}</p>` });
}

function readTarget(form: Form, origin: string, { app }: LoginServices): Target {
  const client = requireClient(form, app);
  const redirectUri = form['redirect_uri'];
  if (redirectUri === undefined || redirectUri === '') {
    throw new OAuthError('redirect_uri_missing', 'redirect_uri not provided');
  }
  if (!isRegistered(redirectUri, app, origin)) {
    throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  const where = form['response_type'] === 'token' ? 'fragment' : 'query';
  return { client, redirectUri, state: form['state'], where };
}

function readRequest(form: Form, target: Target, { app }: LoginServices): Asked {
  const { requirePkce, userAgentFlow } = app.settings;
  const type = form['response_type'];
  if (type === undefined) throw new OAuthError('invalid_request', 'response_type required');
  if (type !== 'code' && !(type === 'token' && userAgentFlow)) {
    throw new OAuthError('unsupported_response_type', 'response type not supported');
  }
  const codeChallenge = form['code_challenge'] === '' ? undefined : form['code_challenge'];
  if (type === 'code' && requirePkce && codeChallenge === undefined) {
    throw new OAuthError('invalid_request', 'missing required code challenge');
  }
  const method = form['code_challenge_method'] ?? 'S256';
  if (codeChallenge !== undefined && method !== 'S256') {
    throw new OAuthError('invalid_request', 'code challenge method not supported');
  }
  return { ...target, scope: readScope(form['scope']), codeChallenge, nonce: form['nonce'] };
}

function showLogin(
  reply: FastifyReply,
  form: Form,
  { client, redirectUri }: Asked,
  failure?: string,
): FastifyReply {
  const hidden = Object.fromEntries(CARRIED.map((name) => [name, form[name]]));
  const username = form['username'] ?? form['login_hint'] ?? '';
  const told = failure === undefined ? { username } : { username, failure };
  const body = `<p>${escapeHtml(client.name)} asks for access to this sandbox.</p>${loginForm(PATH, hidden, told)}`;
  return sendPage(reply, { title: 'Log in to Salesforce', body, sendsTo: redirectUri });
}

async function sendBack(
  reply: FastifyReply,
  asked: Asked,
  user: User,
  origin: string,
  services: LoginServices,
): Promise<FastifyReply> {
  const { client, redirectUri, state, scope, codeChallenge, nonce, where } = asked;
  if (where === 'fragment') {
    const refreshToken = refreshTokenFor(asked, user, services);
    const granted = { user, client, scope, nonce, refreshToken };
    const answer = await openTokenSession(granted, origin, services);
    return redirectBack(reply, redirectUri, { ...answer, state }, where);
  }
  const code = `aPrx${randomToken(services.random, 80)}==`;
  services.codes.add(code, {
    user,
    clientId: client.id,
    redirectUri,
    scope,
    codeChallenge,
    nonce,
  });
  return redirectBack(reply, redirectUri, { code, state });
}

/** The user-agent flow gives none to `http:` pages, where it could be read. */
function refreshTokenFor(
  { redirectUri, scope, client }: Asked,
  user: User,
  { org, app, random }: LoginServices,
): string | undefined {
  if (redirectUri.startsWith('http:') || !wantsRefreshToken(scope)) return undefined;
  const grant = { userId: user.id, clientId: client.id, scope, issuedAt: org.clock.now() };
  return issueRefreshToken(app, grant, random);
}
