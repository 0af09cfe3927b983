import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Org, User } from '../org/types.ts';
import { bearerSession, sendIdentity } from './bearer.ts';
import { FORM_LIMIT } from './forms.ts';
import type { LoginServices } from './index.ts';
import { originOf } from './origin.ts';
import { photos, profile, serviceUrls } from './profile.ts';

/** `/services/oauth2/userinfo`, in OpenID Connect's words. */
export function registerUserInfo(app: FastifyInstance, services: LoginServices): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    sendIdentity(reply, () => {
      const { user } = bearerSession(request, services);
      const origin = originOf(request);
      return reply.send({
        ...userInfo(user, services.org, origin),
        urls: serviceUrls(services.org, user, origin),
      });
    });
  app.get('/services/oauth2/userinfo', handler);
  app.post('/services/oauth2/userinfo', { bodyLimit: FORM_LIMIT }, handler);
}

/** The claims of an id token, too. */
export function userInfo(user: User, org: Org, origin: string): Readonly<Record<string, unknown>> {
  const { firstName, lastName, nickname, zone, language, locale, utcOffset, changed, text } =
    profile(user, org);
  const phone = text('MobilePhone');
  return {
    sub: `${origin}/id/${org.id}/${user.id}`,
    user_id: user.id,
    organization_id: org.id,
    preferred_username: user.username,
    nickname,
    name: user.name,
    email: user.email,
    email_verified: true,
    given_name: firstName ?? '',
    family_name: lastName,
    zoneinfo: zone,
    photos: photos(origin),
    profile: `${origin}/${user.id}`,
    picture: photos(origin).picture,
    address: addressOf(text),
    is_salesforce_integration_user: false,
    active: user.active,
    user_type: 'STANDARD',
    language,
    locale,
    utcOffset,
    updated_at: changed.toISOString(),
    ...(phone === null ? {} : { phone_number: phone, phone_number_verified: false }),
  };
}

function addressOf(text: (field: string) => string | null): Readonly<Record<string, string>> {
  const parts: Readonly<Record<string, string | null>> = {
    street_address: text('Street'),
    locality: text('City'),
    region: text('State'),
    postal_code: text('PostalCode'),
    country: text('Country'),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
