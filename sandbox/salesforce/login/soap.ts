/** SOAP `login` and `logout` of the partner (`u`) and enterprise (`c`) APIs: all that clients still use of it. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { User } from '../org/types.ts';
import { userByPassword } from './grants.ts';
import type { LoginDeps } from './index.ts';
import { originOf } from './origin.ts';

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, trimValues: true });
const builder = new XMLBuilder({});
const SESSION_SECONDS = 7200;

type Xml = Readonly<Record<string, unknown>>;

export function registerSoap(app: FastifyInstance, deps: LoginDeps): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { api, version } = request.params as { api: string; version: string };
    const namespace =
      api === 'c' ? 'urn:enterprise.soap.sforce.com' : 'urn:partner.soap.sforce.com';
    const envelope = child(readXml(request.body), 'Envelope');
    const body = child(envelope, 'Body');
    if ('login' in body) {
      const path = `${api}/${version}`;
      return login(
        child(body, 'login'),
        { reply, namespace, path, origin: originOf(request) },
        deps,
      );
    }
    if ('logout' in body) {
      const header = child(child(envelope, 'Header'), 'SessionHeader');
      deps.org.endSessions({ accessToken: text(header, 'sessionId') });
      return send(reply, namespace, '<logoutResponse/>');
    }
    const operation = Object.keys(body)[0] ?? '';
    return fault(reply, namespace, {
      code: 'UNKNOWN_EXCEPTION',
      message: `The sandbox knows the operations login and logout, not ${JSON.stringify(operation)}.`,
    });
  };
  app.post('/services/Soap/:api(^[uc]$)/:version', handler);
  app.post('/services/Soap/:api(^[uc]$)/:version/:org', handler);
}

interface Call {
  readonly reply: FastifyReply;
  readonly namespace: string;
  /** `u/50.0`. */
  readonly path: string;
  readonly origin: string;
}

function login(request: Xml, call: Call, { org, app }: LoginDeps): FastifyReply {
  const username = text(request, 'username');
  const user = userByPassword(org, app, username, text(request, 'password'));
  if (user?.active !== true) {
    return fault(call.reply, call.namespace, {
      code: 'INVALID_LOGIN',
      message: 'Invalid username, password, security token; or user locked out.',
      type: 'LoginFault',
    });
  }
  const orgPath = org.id.slice(0, 15);
  const version = call.path.split('/')[1] ?? '';
  const result = {
    metadataServerUrl: `${call.origin}/services/Soap/m/${version}/${orgPath}`,
    passwordExpired: false,
    sandbox: true,
    serverUrl: `${call.origin}/services/Soap/${call.path}/${orgPath}`,
    sessionId: org.openSession(user.id).accessToken,
    userId: user.id,
    userInfo: userInfo(user, org.id),
  };
  const xml = String(builder.build({ loginResponse: { result } }));
  return send(call.reply, call.namespace, xml);
}

/** In the WSDL's order: clients pick elements by index. */
function userInfo(user: User, orgId: string): Xml {
  return {
    accessibilityMode: false,
    chatterExternal: false,
    currencySymbol: '$',
    orgAttachmentFileSizeLimit: 5242880,
    orgDefaultCurrencyIsoCode: 'USD',
    orgDefaultCurrencyLocale: 'en_US',
    orgDisallowHtmlAttachments: false,
    orgHasPersonAccounts: false,
    organizationId: orgId,
    organizationMultiCurrency: false,
    organizationName: 'Headwater Sandbox',
    profileId: '00eHw0000000001IAA',
    roleId: '',
    sessionSecondsValid: SESSION_SECONDS,
    userDefaultCurrencyIsoCode: '',
    userEmail: user.email,
    userFullName: user.name,
    userId: user.id,
    userLanguage: 'en_US',
    userLocale: 'en_US',
    userName: user.username,
    userTimeZone: 'America/Los_Angeles',
    userType: 'Standard',
    userUiSkin: 'Theme3',
  };
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly type?: string;
}

/** `sf:exceptionCode` and `sf:exceptionMessage` keep their prefix: clients search for them as text. */
function fault(
  reply: FastifyReply,
  namespace: string,
  { code, message, type }: Fault,
): FastifyReply {
  const name = type ?? 'UnexpectedErrorFault';
  const xml = String(
    builder.build({
      'soapenv:Fault': {
        faultcode: `sf:${code}`,
        faultstring: `${code}: ${message}`,
        detail: { [`sf:${name}`]: { 'sf:exceptionCode': code, 'sf:exceptionMessage': message } },
      },
    }),
  );
  reply.code(500);
  return send(reply, namespace, xml);
}

function send(reply: FastifyReply, namespace: string, body: string): FastifyReply {
  const faults = namespace.replace('urn:', 'urn:fault.');
  return reply
    .type('text/xml; charset=utf-8')
    .send(
      `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="${namespace}" xmlns:sf="${faults}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
    );
}

function readXml(body: unknown): Xml {
  try {
    const parsed: unknown = parser.parse(typeof body === 'string' ? body : '');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function child(node: Xml, name: string): Xml {
  const found = node[name];
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

function text(node: Xml, name: string): string {
  const found = node[name];
  return typeof found === 'string' ? found : '';
}
