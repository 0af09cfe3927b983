import { OAuthError } from './oauth-error.ts';

/** What the application may ask for, by its settings in Salesforce. */
const ALLOWED = [
  'address',
  'api',
  'chatter_api',
  'content',
  'custom_permissions',
  'email',
  'full',
  'id',
  'lightning',
  'offline_access',
  'openid',
  'pardot_api',
  'phone',
  'profile',
  'refresh_token',
  'sfap_api',
  'user_registration_api',
  'visualforce',
  'wave_api',
  'web',
];

/** What it gets when it doesn't ask, and by flows that can't ask. */
export const DEFAULT_SCOPE = 'refresh_token web api full';

/** The scopes of a request, each once. Throws OAuthError where one isn't known. */
export function readScope(asked: string | undefined): string {
  if (asked === undefined || asked.trim() === '') return DEFAULT_SCOPE;
  const scopes = [...new Set(asked.trim().split(/[\s+]+/))];
  if (scopes.every((each) => ALLOWED.includes(each))) return scopes.join(' ');
  throw new OAuthError('invalid_scope', 'the requested scope is not allowed');
}

/** `full` encloses every scope but those that ask for a refresh token. */
export function hasScope(scope: string, wanted: 'openid' | 'api'): boolean {
  const scopes = scope.split(' ');
  return scopes.includes(wanted) || (wanted === 'api' && scopes.includes('full'));
}

export function wantsRefreshToken(scope: string): boolean {
  return /(^| )(refresh_token|offline_access)( |$)/.test(scope);
}
