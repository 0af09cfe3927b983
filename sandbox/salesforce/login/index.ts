import type { FastifyInstance } from 'fastify';
import type { FaultSettings } from '../control/ports.ts';
import type { Org, User } from '../org/types.ts';
import type { ConnectedApp } from './connected-app.ts';
import { registerOAuth } from './oauth.ts';
import { registerSoap } from './soap.ts';
import { registerWhoAmI } from './who-am-i.ts';

export interface LoginDeps {
  readonly org: Org;
  readonly app: ConnectedApp;
  readonly faults: FaultSettings;
  /** Whom client credentials log in. */
  readonly runAs: () => User;
  /** The caller's clock, epoch ms: assertions of the JWT flow are dated by it. */
  readonly wallClock: () => number;
}

/** All ways to log in, and to ask who one is. Knows forms and XML only inside its own routes. */
export function registerLogin(app: FastifyInstance, deps: LoginDeps): void {
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.addContentTypeParser(
      ['text/xml', 'application/xml', 'application/soap+xml'],
      { parseAs: 'string' },
      (_request, body, done) => done(null, body),
    );
    registerOAuth(scope, deps);
    registerWhoAmI(scope, deps);
    registerSoap(scope, deps);
    done();
  });
}
