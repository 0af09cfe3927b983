import type { ConnectedApp } from './connected-app.ts';
import type { Form } from './forms.ts';
import { OAuthError } from './oauth-error.ts';

/** An application that may ask for tokens. */
export interface OAuthClient {
  readonly id: string;
  /** Undefined: it has none, as nobody could keep it secret. */
  readonly secret: string | undefined;
  readonly name: string;
}

/** Every org of Salesforce has these without anybody having made them: what `sf org login web` and `device` use. */
const BUILT_IN: readonly OAuthClient[] = [
  { id: 'PlatformCLI', secret: undefined, name: 'Salesforce CLI' },
];

/** Throws OAuthError where nobody knows it. */
export function requireClient(form: Form, app: ConnectedApp): OAuthClient {
  const id = form['client_id'];
  if (id === app.clientId) return { id, secret: app.clientSecret, name: 'Connected App' };
  const found = BUILT_IN.find((each) => each.id === id);
  if (found !== undefined) return found;
  throw new OAuthError('invalid_client_id', 'client identifier invalid');
}

/** The client's id is right, and its secret where one is needed or given. */
export function checkClient(form: Form, app: ConnectedApp, secretNeeded: boolean): OAuthClient {
  const client = requireClient(form, app);
  const given = form['client_secret'];
  if (client.secret === undefined || (given === undefined && !secretNeeded)) return client;
  if (given === client.secret) return client;
  throw new OAuthError('invalid_client', 'invalid client credentials');
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether codes may be sent there: every loopback address is registered, and `/services/oauth2/success` of the sandbox
 * itself; others where the settings name them, to the letter.
 */
export function isRegistered(uri: string, app: ConnectedApp, origin: string): boolean {
  if (app.settings.callbackUrls.includes(uri)) return true;
  if (uri === `${origin}/services/oauth2/success`) return true;
  // What a header can't carry, a URL parser would drop.
  if (!/^[!-~]+$/.test(uri) || !URL.canParse(uri)) return false;
  const { protocol, hostname, username, password, hash } = new URL(uri);
  if (username !== '' || password !== '' || hash !== '') return false;
  return /^https?:$/.test(protocol) && LOOPBACK.has(hostname);
}
