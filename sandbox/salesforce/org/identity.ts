import { ObservedMap } from '../observed-map.ts';
import type { Random } from './random.ts';
import { randomToken } from './random.ts';
import type { SandboxClock, Session, User } from './types.ts';

/** Salesforce's default timeout: a session ends when it wasn't used for this long, in sandbox time. */
const SESSION_MS = 2 * 60 * 60 * 1000;
/** `00D…` 15 characters, `!`, and this many: 112 in all, as Salesforce's tokens have. */
const TOKEN_TAIL = 96;

/** Who may log in, and who is. */
export class Identity {
  /** By id. */
  readonly byId = new ObservedMap<string, User>();
  /** By access token. */
  readonly sessions = new ObservedMap<string, { userId: string; expiresAt: number }>();
  /** Of sessions that are opened or used from now on, ms. */
  timeoutMs = SESSION_MS;
  private readonly clock: SandboxClock;
  private readonly orgId: () => string;
  private readonly random: Random;

  constructor(clock: SandboxClock, orgId: () => string, random: Random) {
    this.clock = clock;
    this.orgId = orgId;
    this.random = random;
  }

  users(): User[] {
    return [...this.byId.values()];
  }

  user(idOrUsername: string): User | undefined {
    const found = this.byId.get(idOrUsername);
    if (found !== undefined) return found;
    const name = idOrUsername.toLowerCase();
    return this.users().find(
      (user) => user.username.toLowerCase() === name || user.id.slice(0, 15) === idOrUsername,
    );
  }

  put(user: User): void {
    this.byId.set(user.id, user);
  }

  /** One that is used lives on; as in Salesforce, this is noted in the second half of its time only. */
  session(accessToken: string, used = false): Session | undefined {
    const session = this.sessions.get(accessToken);
    const user = session === undefined ? undefined : this.byId.get(session.userId);
    if (session === undefined || user?.active !== true) return undefined;
    const now = this.clock.now();
    if (session.expiresAt <= now) {
      this.sessions.delete(accessToken);
      return undefined;
    }
    if (!used || session.expiresAt - now > this.timeoutMs / 2) {
      return { accessToken, user, expiresAt: session.expiresAt };
    }
    const expiresAt = now + this.timeoutMs;
    this.sessions.set(accessToken, { ...session, expiresAt });
    return { accessToken, user, expiresAt };
  }

  open(user: User): Session {
    const tail = randomToken(this.random, TOKEN_TAIL);
    const accessToken = `${this.orgId().slice(0, 15)}!${tail}`;
    const expiresAt = this.clock.now() + this.timeoutMs;
    this.sessions.set(accessToken, { userId: user.id, expiresAt });
    return { accessToken, user, expiresAt };
  }

  list(): Session[] {
    return [...this.sessions.keys()].flatMap((token) => this.session(token) ?? []);
  }

  end(which: { accessToken?: string; userId?: string }): number {
    let ended = 0;
    for (const [token, session] of this.sessions) {
      if (which.accessToken !== undefined && which.accessToken !== token) continue;
      if (which.userId !== undefined && which.userId !== session.userId) continue;
      this.sessions.delete(token);
      ended++;
    }
    return ended;
  }
}
