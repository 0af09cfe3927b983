import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { XMLBuilder } from 'fast-xml-parser';
import type { Org, User } from '../org/types.ts';
import { Versions } from '../rest/versions.ts';
import { formatOf } from './answers.ts';
import { bearerSession, IdentityError, sendIdentity } from './bearer.ts';
import { FORM_LIMIT, formOf } from './forms.ts';
import type { LoginServices } from './index.ts';
import { isCallback, jsonp } from './jsonp.ts';
import { originOf } from './origin.ts';
import { photos, profile, serviceUrls } from './profile.ts';

const PATH = '/id/:org/:user';

/** The identity address that comes with every token: who that is, and where the services are. */
export function registerIdentityUrl(app: FastifyInstance, services: LoginServices): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    sendIdentity(reply, () => {
      bearerSession(request, services);
      const { version, callback } = formOf(request);
      if (callback !== undefined && !isCallback(callback)) {
        throw new IdentityError(406, 'Invalid_Callback');
      }
      const user = whom(request, services.org);
      const body = identity(
        user,
        services.org,
        originOf(request),
        readUrlVersion(services.org, version),
      );
      return send(request, reply, body, callback);
    });
  app.get(PATH, handler);
  app.post(PATH, { bodyLimit: FORM_LIMIT }, handler);
}

/** Ids of 15 or 18 characters. Any user of the org may be asked about. */
function whom(request: FastifyRequest, org: Org): User {
  const asked = request.params as { readonly org: string; readonly user: string };
  if (asked.org !== org.id && asked.org !== org.id.slice(0, 15)) {
    throw new IdentityError(403, 'Wrong_Org');
  }
  const user = asked.user.startsWith('005') ? org.user(asked.user) : undefined;
  if (user === undefined) throw new IdentityError(404, 'Bad_Id');
  if (!user.active) throw new IdentityError(404, 'Inactive');
  return user;
}

function readUrlVersion(org: Org, version: string | undefined): string | undefined {
  if (version === undefined) return undefined;
  const versions = Versions.of(org);
  const known = version === 'latest' ? versions.latest : versions.read(`v${version}`);
  if (known === undefined) throw new IdentityError(406, 'Invalid_Version');
  return known;
}

function identity(user: User, org: Org, origin: string, version: string | undefined): object {
  const { firstName, lastName, nickname, zone, language, locale, utcOffset, changed, text } =
    profile(user, org);
  return {
    id: `${origin}/id/${org.id}/${user.id}`,
    asserted_user: true,
    user_id: user.id,
    organization_id: org.id,
    username: user.username,
    nick_name: nickname,
    display_name: user.name,
    email: user.email,
    email_verified: true,
    first_name: firstName,
    last_name: lastName,
    timezone: zone,
    photos: photos(origin),
    addr_street: text('Street'),
    addr_city: text('City'),
    addr_state: text('State'),
    addr_country: text('Country'),
    addr_zip: text('PostalCode'),
    mobile_phone: text('MobilePhone'),
    mobile_phone_verified: false,
    is_lightning_login_user: false,
    status: { created_date: null, body: null },
    urls: serviceUrls(org, user, origin, version),
    active: user.active,
    user_type: 'STANDARD',
    language,
    locale,
    utcOffset,
    last_modified_date: changed.toISOString().replace('Z', '+0000'),
    is_app_installed: true,
  };
}

const options = { ignoreAttributes: false, suppressBooleanAttributes: false };
const compact = new XMLBuilder(options);
const pretty = new XMLBuilder({ ...options, format: true });

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  body: object,
  callback: string | undefined,
): FastifyReply {
  const isPretty = request.headers['x-prettyprint'] === '1';
  if (formatOf(request) === 'xml') {
    const user = { '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', ...nils(body) };
    const xml = (isPretty ? pretty : compact).build({ user });
    return reply
      .type('application/xml;charset=UTF-8')
      .send(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
  }
  if (callback !== undefined) return jsonp(reply, callback, body);
  const json = JSON.stringify(body, undefined, isPretty ? 2 : undefined);
  return reply.type('application/json;charset=UTF-8').send(json);
}

function nils(body: object): object {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]: [string, unknown]) => {
      if (value === null) return [name, { '@_xsi:nil': 'true' }];
      return [name, typeof value === 'object' ? nils(value) : value];
    }),
  );
}
