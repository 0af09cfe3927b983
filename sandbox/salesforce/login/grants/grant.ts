import type { Random } from '../../org/random.ts';
import type { Org, User } from '../../org/types.ts';
import type { OAuthClient } from '../clients.ts';
import type { ConnectedApp } from '../connected-app.ts';
import type { DeviceCodes } from '../device-codes.ts';
import type { Form } from '../forms.ts';
import type { AuthorizationCodes } from '../authorization-codes.ts';
import type { LoginGuard } from '../login-guard.ts';

export interface GrantContext {
  readonly org: Org;
  readonly app: ConnectedApp;
  readonly random: Random;
  readonly guard: LoginGuard;
  readonly codes: AuthorizationCodes;
  readonly devices: DeviceCodes;
  /** Whom client credentials log in. */
  readonly runAs: () => User;
  /** The caller's clock, not the sandbox's: assertions are dated by it. Epoch ms. */
  readonly wallClock: () => number;
  /** `host:port` of the request, an accepted audience. */
  readonly host: string;
}

/** Who logs in, by which application, for what. */
export interface Granted {
  readonly user: User;
  readonly client: OAuthClient;
  readonly scope: string;
  /** One to be told of; with `refreshTokenOf` the access token ends with it. */
  readonly refreshToken?: string | undefined;
  /** The refresh token that this access token hangs on, when the client has it already. */
  readonly refreshTokenOf?: string | undefined;
  /** Put into the id token. */
  readonly nonce?: string | undefined;
}

/** Form fields → who logs in; throws OAuthError. */
export type Grant = (form: Form, context: GrantContext) => Granted | Promise<Granted>;
