/** What an administrator sets for logging in, in Salesforce's Setup; the control API and tests change it at any time. */
export interface LoginSettings {
  /** Callback URLs of the connected app, besides every loopback address and `/services/oauth2/success`. */
  callbackUrls: readonly string[];
  /** "Require Proof Key for Code Exchange". */
  requirePkce: boolean;
  /** "Require Secret for Web Server Flow" and "… for Refresh Token Flow"; off: a code verifier, or nothing, will do. */
  requireSecret: boolean;
  /** "Enable Refresh Token Rotation": each refresh gives a new token and ends the one that was used. */
  rotateRefreshTokens: boolean;
  /** "Allow OAuth Username-Password Flows". */
  passwordFlow: boolean;
  /** "Allow OAuth User-Agent Flows". */
  userAgentFlow: boolean;
  /** The caller's address isn't trusted: a password needs the security token behind it, except on a page. */
  requireSecurityToken: boolean;
  /** A session that wasn't used for so long ends. 15 to 1440 in Salesforce; here from 1. */
  sessionTimeoutMinutes: number;
  /** Wrong passwords in a row that lock a user; 0 never locks. */
  maxInvalidLogins: number;
  lockoutMinutes: number;
  /** Logins of one user, in any hour of the sandbox's time. */
  loginsPerHour: number;
}

/** Salesforce's own defaults, but for what a new org forbids and everybody allows. */
export function loginSettings(given: Partial<LoginSettings> = {}): LoginSettings {
  return {
    callbackUrls: [],
    requirePkce: false,
    requireSecret: false,
    rotateRefreshTokens: false,
    passwordFlow: true,
    userAgentFlow: true,
    requireSecurityToken: false,
    sessionTimeoutMinutes: 120,
    maxInvalidLogins: 10,
    lockoutMinutes: 15,
    loginsPerHour: 3600,
    ...given,
  };
}
