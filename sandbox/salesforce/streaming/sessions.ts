import type { Org, Session, User } from '../org/types.ts';
import type { StreamingClient } from './client.ts';
import { ERRORS, Refusal } from './errors.ts';

/** Whether callers are who they say: at the handshake, with every message, and while a connect is held. */
export class Sessions {
  readonly #org: Org;
  readonly #expiryEndsClients: boolean;

  constructor(org: Org, expiryEndsClients: boolean) {
    this.#org = org;
    this.#expiryEndsClients = expiryEndsClients;
  }

  /** Of a handshake. Throws Refusal. */
  open(token: string | undefined): Session {
    if (token === undefined) throw new Refusal(ERRORS.authenticationRequired);
    const session = this.#org.session(token);
    if (session === undefined) throw new Refusal(ERRORS.authenticationInvalid);
    if (!session.user.apiEnabled) throw new Refusal(ERRORS.notEnabled);
    return session;
  }

  /** The client's user as the org has it now; a new session of the same user takes the old one's place. Throws Refusal. */
  check(client: StreamingClient, token: string | undefined): User {
    if (token === undefined) throw new Refusal(ERRORS.authenticationRequired);
    const session = this.#org.session(token);
    if (session !== undefined) {
      if (session.user.id !== client.userId) throw new Refusal(ERRORS.otherUser);
      client.session = session;
      return session.user;
    }
    const user = token === client.session.accessToken ? this.userOf(client) : undefined;
    if (user === undefined) throw new Refusal(ERRORS.authenticationInvalid);
    return user;
  }

  /**
   * The user of a client whose session is valid, or has merely expired: Salesforce doesn't end a client for that, as
   * it does when the session is revoked.
   */
  userOf({ session, userId }: StreamingClient): User | undefined {
    const live = this.#org.session(session.accessToken);
    if (live !== undefined) return live.user;
    const expired = session.expiresAt <= this.#org.clock.now();
    const user = this.#org.user(userId);
    return expired && !this.#expiryEndsClients && user?.active === true ? user : undefined;
  }
}
