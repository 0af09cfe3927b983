import type { FastifyInstance } from 'fastify';
import type { LoginServices } from './index.ts';
import { originOf } from './origin.ts';

const SCOPES =
  'address api chatter_api content custom_permissions email full id lightning offline_access openid pardot_api phone profile refresh_token sfap_api user_registration_api visualforce wave_api web';

/** What OpenID Connect clients read before anything else; no login. */
export function registerDiscovery(app: FastifyInstance, { keys }: LoginServices): void {
  app.get('/.well-known/openid-configuration', (request, reply) => {
    const origin = originOf(request);
    const oauth = `${origin}/services/oauth2`;
    return reply.send({
      issuer: origin,
      authorization_endpoint: `${oauth}/authorize`,
      token_endpoint: `${oauth}/token`,
      revocation_endpoint: `${oauth}/revoke`,
      userinfo_endpoint: `${oauth}/userinfo`,
      jwks_uri: `${origin}/id/keys`,
      introspection_endpoint: `${oauth}/introspect`,
      scopes_supported: SCOPES.split(' '),
      response_types_supported: ['code', 'token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      display_values_supported: ['page', 'popup', 'touch'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      code_challenge_methods_supported: ['S256'],
      claims_supported: CLAIMS,
    });
  });
  app.get('/id/keys', async (_request, reply) => reply.send(await keys.published()));
}

const CLAIMS = [
  'active',
  'address',
  'email',
  'email_verified',
  'family_name',
  'given_name',
  'is_salesforce_integration_user',
  'language',
  'locale',
  'name',
  'nickname',
  'organization_id',
  'phone_number',
  'phone_number_verified',
  'photos',
  'picture',
  'preferred_username',
  'profile',
  'sub',
  'updated_at',
  'urls',
  'user_id',
  'user_type',
  'utcOffset',
  'zoneinfo',
];
