import type { Org, User } from '../org/types.ts';
import type { ConnectedApp } from './connected-app.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Why a login with a password fails; clients are told less. */
export type LoginFailure = 'wrong' | 'tokenRequired' | 'locked' | 'inactive' | 'tooMany';

interface Attempts {
  /** Wrong passwords in a row. */
  wrong: number;
  /** Sandbox clock, epoch ms. */
  lockedUntil: number;
  hourBegan: number;
  logins: number;
}

/** Checks passwords, locks users who are tried too often, and counts logins. Its memory ends with the process. */
export class LoginGuard {
  readonly #org: Org;
  readonly #app: ConnectedApp;
  /** By user id. */
  readonly #attempts = new Map<string, Attempts>();

  constructor(org: Org, app: ConnectedApp) {
    this.#org = org;
    this.#app = app;
  }

  /** `token` tells whether the security token must follow the password where the settings ask for it. */
  check(username: string, given: string, token: 'asSet' | 'never'): User | LoginFailure {
    const { settings, securityToken } = this.#app;
    const name = username.toLowerCase();
    const user = this.#org.users().find((each) => each.username.toLowerCase() === name);
    if (user === undefined || given === '') return 'wrong';
    const attempts = this.#attemptsOf(user.id);
    if (this.#isLocked(attempts)) return 'locked';
    const needed = token === 'asSet' && settings.requireSecurityToken;
    const right = given === user.password + securityToken || given === user.password;
    if (!right) {
      this.#noteWrong(attempts);
      return 'wrong';
    }
    if (needed && given === user.password) return 'tokenRequired';
    if (!user.active) return 'inactive';
    attempts.wrong = 0;
    return user;
  }

  /** Counts a login of any kind; false where the hour has had too many. */
  count(user: User): boolean {
    const attempts = this.#attemptsOf(user.id);
    const now = this.#org.clock.now();
    if (now - attempts.hourBegan >= HOUR_MS) Object.assign(attempts, { hourBegan: now, logins: 0 });
    if (attempts.logins >= this.#app.settings.loginsPerHour) return false;
    attempts.logins++;
    return true;
  }

  #isLocked(attempts: Attempts): boolean {
    return attempts.lockedUntil > this.#org.clock.now();
  }

  #noteWrong(attempts: Attempts): void {
    const { maxInvalidLogins, lockoutMinutes } = this.#app.settings;
    if (++attempts.wrong < maxInvalidLogins || maxInvalidLogins === 0) return;
    attempts.wrong = 0;
    attempts.lockedUntil = this.#org.clock.now() + lockoutMinutes * MINUTE_MS;
  }

  #attemptsOf(userId: string): Attempts {
    const known = this.#attempts.get(userId);
    if (known !== undefined) return known;
    const attempts = { wrong: 0, lockedUntil: 0, hourBegan: this.#org.clock.now(), logins: 0 };
    this.#attempts.set(userId, attempts);
    return attempts;
  }
}
