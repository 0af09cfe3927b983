import type { Session, User } from '../org/types.ts';
import type { LoginServices } from './index.ts';
import { profile } from './profile.ts';
import type { SoapFault } from './soap.ts';
import { NIL, text } from './soap-xml.ts';
import type { Xml } from './soap-xml.ts';

/** One call of the SOAP API. */
export interface SoapCall {
  /** The operation's element. */
  readonly request: Xml;
  /** Of the session header. */
  readonly sessionId: string;
  /** Of the call options; empty where there is none. */
  readonly client: string;
  /** `u/50.0`. */
  readonly path: string;
  readonly origin: string;
  readonly services: LoginServices;
}

const refuse = (code: string, message: string, type?: string): SoapFault => ({
  fault: { code, message, type },
});

/** Wrong, locked and inactive look alike. */
export function login({ request, path, origin, services }: SoapCall): Xml | SoapFault {
  const { org, guard } = services;
  const user = guard.check(text(request, 'username'), text(request, 'password'), 'asSet');
  if (user === 'tokenRequired') {
    const message =
      'Invalid username, password, security token; or user locked out. Are you at a new location? When accessing Salesforce--either via a desktop client or the API--from outside of your company’s trusted networks, you must add a security token to your password to log in. To get your new security token, log in to Salesforce. From your personal settings, enter Reset My Security Token in the Quick Find box, then select Reset My Security Token.';
    return refuse('LOGIN_MUST_USE_SECURITY_TOKEN', message, 'LoginFault');
  }
  if (typeof user === 'string') {
    const message = 'Invalid username, password, security token; or user locked out.';
    return refuse('INVALID_LOGIN', message, 'LoginFault');
  }
  if (!user.apiEnabled) {
    const message = 'API is not enabled for this Organization or Partner';
    return refuse('API_DISABLED_FOR_ORG', message, 'LoginFault');
  }
  if (!guard.count(user)) {
    return refuse('LOGIN_RATE_EXCEEDED', 'Login rate exceeded', 'LoginFault');
  }
  const orgPath = org.id.slice(0, 15);
  const [, version = ''] = path.split('/');
  return {
    result: {
      metadataServerUrl: `${origin}/services/Soap/m/${version}/${orgPath}`,
      passwordExpired: false,
      sandbox: true,
      serverUrl: `${origin}/services/Soap/${path}/${orgPath}`,
      sessionId: org.openSession(user.id).accessToken,
      userId: user.id,
      userInfo: userInfo(user, services),
    },
  };
}

export function logout(call: SoapCall): Xml | SoapFault {
  return withSession(call, ({ accessToken }, { org }) => {
    org.endSessions({ accessToken });
    return {};
  });
}

export function getUserInfo(call: SoapCall): Xml | SoapFault {
  return withSession(call, ({ user }, services) => ({ result: userInfo(user, services) }));
}

export function getServerTimestamp(call: SoapCall): Xml | SoapFault {
  return withSession(call, (_session, { org }) => ({
    result: { timestamp: new Date(org.clock.now()).toISOString() },
  }));
}

export function withSession(
  { sessionId, services }: SoapCall,
  run: (session: Session, services: LoginServices) => Xml | SoapFault,
): Xml | SoapFault {
  const session = services.org.session(sessionId, true);
  if (session !== undefined) return run(session, services);
  const message =
    'Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash. This is expected, it can happen if the session has expired and swept away, or if the user logs out, or if its just someone trying to hack in.';
  return refuse('INVALID_SESSION_ID', message);
}

/** In the WSDL's order: clients pick elements by index. */
function userInfo(user: User, { org, app }: LoginServices): Xml {
  const [organization] =
    org.object('Organization') === undefined ? [] : org.records('Organization');
  const { zone, language, locale, text: field } = profile(user, org);
  return {
    accessibilityMode: false,
    chatterExternal: false,
    currencySymbol: '$',
    orgAttachmentFileSizeLimit: 5242880,
    orgDefaultCurrencyIsoCode: 'USD',
    orgDefaultCurrencyLocale: 'en_US',
    orgDisallowHtmlAttachments: false,
    orgHasPersonAccounts: false,
    organizationId: org.id,
    organizationMultiCurrency: false,
    organizationName: String(organization?.['Name'] ?? 'Headwater Sandbox'),
    profileId: field('ProfileId') ?? '00eHw0000000001IAA',
    roleId: field('UserRoleId') ?? NIL,
    sessionSecondsValid: app.settings.sessionTimeoutMinutes * 60,
    userDefaultCurrencyIsoCode: NIL,
    userEmail: user.email,
    userFullName: user.name,
    userId: user.id,
    userLanguage: language,
    userLocale: locale,
    userName: user.username,
    userTimeZone: zone,
    userType: 'Standard',
    userUiSkin: 'Theme3',
  };
}
