import type { BehaviourChapter } from './behaviour.ts';

const FOLDER = 'test/integration/sandbox/login';
const JSFORCE = `${FOLDER}/jsforce.test.ts`;
const TOKEN = `${FOLDER}/token.test.ts`;
const WEB = `${FOLDER}/web-server.test.ts`;
const DEVICE = `${FOLDER}/device.test.ts`;
const WHO = `${FOLDER}/who-am-i.test.ts`;
const SESSIONS = `${FOLDER}/sessions.test.ts`;
const SOAP = `${FOLDER}/soap.test.ts`;
const ERRORS = 'docs: OAuth 2.0 Authorization Errors';

export const login: BehaviourChapter = {
  title: 'Logging in',
  behaviours: [
    {
      name: '`GET`, `POST /services/oauth2/authorize`, response_type=code: login page, PKCE, `state`, `login_hint`, errors by redirect or page',
      status: 'partly',
      missing:
        'nobody is asked for consent, and browsers keep no session: each request shows the page, prompt=none is immediate_unsuccessful; display changes nothing; a plain challenge is refused',
      evidence: `docs: OAuth 2.0 Web Server Flow for Web App Integration; ${ERRORS}; client: jsforce, @salesforce/core`,
      test: WEB,
    },
    {
      name: 'response_type=token (user-agent flow)',
      status: 'simulated',
      evidence: 'docs: OAuth 2.0 User-Agent Flow for Desktop or Mobile App Integration',
      test: WEB,
    },
    {
      name: 'Callback URLs: every loopback address, `/services/oauth2/success`, and those of the settings',
      status: 'partly',
      missing: 'a real application has only those that it names',
      evidence: `${ERRORS} (redirect_uri_mismatch)`,
      test: WEB,
    },
    {
      name: '`POST /services/oauth2/token`, grant_type=authorization_code: once, 15 minutes, same redirect_uri, code_verifier',
      status: 'partly',
      missing: 'the secret is only asked for where the settings require it',
      evidence: `docs: OAuth 2.0 Web Server Flow for Web App Integration; ${ERRORS}`,
      test: WEB,
    },
    {
      name: 'response_type=device_code, grant_type=device and the page `/setup/connect`',
      status: 'simulated',
      evidence: 'docs: OAuth 2.0 Device Flow for IoT Integration; client: @salesforce/core',
      test: DEVICE,
    },
    {
      name: 'The client `PlatformCLI` of the Salesforce CLI, without a secret; forms as multipart/form-data',
      status: 'simulated',
      evidence: 'client: @salesforce/core',
      test: DEVICE,
    },
    {
      name: 'grant_type=refresh_token, with rotation where the settings say so',
      status: 'partly',
      missing: 'a rotated token that is used again is refused, and its successors live on',
      evidence: 'docs: OAuth 2.0 Refresh Token Flow for Renewed Sessions; client: jsforce',
      test: WHO,
    },
    {
      name: 'grant_type=client_credentials, by body and HTTP Basic',
      status: 'simulated',
      evidence: 'docs: OAuth 2.0 Client Credentials Flow for Server-to-Server Integration',
      test: TOKEN,
    },
    {
      name: 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer',
      status: 'partly',
      missing:
        'every user has approved the application; `exp` may lie further ahead than three minutes, and three minutes behind',
      evidence:
        'docs: OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration; client: @salesforce/core (exp in ms), simple-salesforce (exp as text)',
      test: TOKEN,
    },
    {
      name: 'grant_type=password, with the security token where the settings ask for it',
      status: 'simulated',
      evidence: 'docs: OAuth 2.0 Username-Password Flow for Special Scenarios; client: jsforce',
      test: JSFORCE,
    },
    {
      name: 'The answer with a token: signature, id, instance_url, issued_at, scope, id_token; as JSON, XML or a form',
      status: 'partly',
      missing: 'scopes are told, but limit nothing; access tokens are never JWTs',
      evidence: 'docs: OAuth 2.0 Web Server Flow for Web App Integration; client: jsforce',
      test: WHO,
    },
    {
      name: 'SAML bearer assertions, token exchange, asset tokens, hybrid and headless flows',
      status: 'refused',
      missing: '400 unsupported_grant_type or unsupported_response_type',
      evidence: ERRORS,
      test: TOKEN,
    },
    {
      name: '`/services/oauth2/register`, `/services/oauth2/singleaccess`, `/services/oauth2/echo`',
      status: 'refused',
      missing: '404 NOT_FOUND',
      evidence: 'unverified',
      test: TOKEN,
    },
    {
      name: '`GET`, `POST /services/oauth2/revoke`, of access and refresh tokens; JSONP',
      status: 'simulated',
      evidence: 'docs: Revoke OAuth Tokens; client: jsforce (reads form-encoded errors)',
      test: WHO,
    },
    {
      name: '`POST /services/oauth2/introspect`, client by body or HTTP Basic',
      status: 'simulated',
      evidence: 'docs: OpenID Connect Token Introspection',
      test: WHO,
    },
    {
      name: '`/.well-known/openid-configuration`, `/id/keys`, id tokens',
      status: 'partly',
      missing: 'the issuer is the address that was called; keys are new with each start',
      evidence: 'docs: Query for the OpenID Connect Configuration',
      test: WHO,
    },
    {
      name: '`/services/oauth2/userinfo`, token by header, form or address',
      status: 'simulated',
      evidence: 'docs: The UserInfo Endpoint',
      test: WHO,
    },
    {
      name: '`/id/ORG/USER`: version, format=json and xml, callback, X-PrettyPrint, the words of its errors',
      status: 'partly',
      missing:
        'photos are addresses without pictures; services under chatter/ are named, not there',
      evidence: 'docs: Identity URLs; client: jsforce',
      test: WHO,
    },
    {
      name: 'SOAP `login`, `logout`, `getUserInfo`, `getServerTimestamp` at `/services/Soap/u` and `/c`',
      status: 'partly',
      missing: 'every version logs in, also those from 65.0; LoginScopeHeader changes nothing',
      evidence: 'docs: SOAP API Developer Guide; client: jsforce, simple-salesforce',
      test: SOAP,
    },
    {
      name: 'Most other SOAP operations; `/services/Soap/m`, `/T` and `/s`',
      status: 'refused',
      missing: 'FUNCTIONALITY_NOT_ENABLED; 404 NOT_FOUND elsewhere',
      evidence: 'unverified',
      test: SOAP,
    },
    {
      name: 'Sessions end after the idle time of the settings, 2 hours by default, by the sandbox clock',
      status: 'partly',
      missing:
        'REST and SOAP calls alone keep a session alive; IP ranges and login hours are not there',
      evidence: 'docs: Modify Session Security Settings',
      test: SESSIONS,
    },
    {
      name: 'Inactive users, users without API access, lockout after wrong passwords, logins per hour',
      status: 'partly',
      missing:
        'the words of rate_limit_exceeded and LOGIN_RATE_EXCEEDED are unverified; counts end with the process',
      evidence: `docs: Set Password Policies; ${ERRORS}`,
      test: SESSIONS,
    },
    {
      name: 'Wrong, large and malformed logins are refused: forms over 64 KB, envelopes over 1 MB',
      status: 'simulated',
      evidence: 'unverified',
      test: 'test/unit/sandbox/login/fuzz.test.ts',
    },
  ],
};
