import type { FastifyInstance } from 'fastify';
import type { FaultSettings } from '../control/ports.ts';
import type { TellGap } from '../gaps.ts';
import type { Random } from '../org/random.ts';
import type { Org, User } from '../org/types.ts';
import { inflateBody } from '../rest/inflate.ts';
import { CODE_LIFETIME_MS } from './authorization-codes.ts';
import type { AuthorizationCodes } from './authorization-codes.ts';
import { registerAuthorize } from './authorize.ts';
import type { ConnectedApp } from './connected-app.ts';
import { DeviceCodes } from './device-codes.ts';
import { registerDevicePage } from './device-page.ts';
import { registerDiscovery } from './discovery.ts';
import { parseForms } from './forms.ts';
import { IdTokenKeys } from './id-token-keys.ts';
import { registerIdentityUrl } from './identity-url.ts';
import { registerIntrospect } from './introspect.ts';
import { LoginGuard } from './login-guard.ts';
import { OneTimeCodes } from './one-time-codes.ts';
import { registerRevoke } from './revoke.ts';
import { registerSoap } from './soap.ts';
import { registerToken } from './token.ts';
import { registerUserInfo } from './userinfo.ts';

export interface LoginDeps {
  readonly org: Org;
  readonly app: ConnectedApp;
  readonly faults: FaultSettings;
  readonly random: Random;
  /** Whom client credentials log in. */
  readonly runAs: () => User;
  /** The caller's clock, epoch ms: assertions of the JWT flow are dated by it. */
  readonly wallClock: () => number;
  readonly tellGap?: TellGap | undefined;
}

/** What the routes share; codes and counts are forgotten with the process. */
export interface LoginServices extends LoginDeps {
  readonly guard: LoginGuard;
  readonly codes: AuthorizationCodes;
  readonly devices: DeviceCodes;
  readonly keys: IdTokenKeys;
}

/** All ways to log in, and to ask who one is. Knows forms and XML only inside its own routes. */
export function registerLogin(app: FastifyInstance, deps: LoginDeps): void {
  const { org, random } = deps;
  const services: LoginServices = {
    ...deps,
    guard: new LoginGuard(org, deps.app),
    codes: new OneTimeCodes(org.clock, CODE_LIFETIME_MS),
    devices: new DeviceCodes(org.clock, random),
    keys: new IdTokenKeys(),
  };
  void app.register((scope, _options, done) => {
    parseForms(scope);
    scope.addHook('preParsing', inflateBody);
    tellErrors(scope);
    registerToken(scope, services);
    registerAuthorize(scope, services);
    registerDevicePage(scope, services);
    registerIntrospect(scope, services);
    registerRevoke(scope, services);
    registerUserInfo(scope, services);
    registerIdentityUrl(scope, services);
    registerDiscovery(scope, services);
    done();
  });
  registerSoap(app, services);
}

/** What the framework refuses, in OAuth's shape: a form that is too large, a body cut short. */
function tellErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500, message = 'unknown error' } = error as Partial<{
      statusCode: number;
      message: string;
    }>;
    const name = statusCode < 500 ? 'invalid_request' : 'server_error';
    return reply.code(statusCode).send({ error: name, error_description: message });
  });
}
