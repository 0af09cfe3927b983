/** What the control API asks of the other rooms, and the settings they read. */

/** Implemented by `events/`. */
export interface EventControl {
  /**
   * A gap event of these records (18-character ids of `entity`) on the entity's channels, without a change in
   * the org: as Salesforce sends when it can't make the change event.
   */
  emitGap(
    entity: string,
    ids: readonly string[],
    type: 'GAP_CREATE' | 'GAP_UPDATE' | 'GAP_DELETE' | 'GAP_UNDELETE',
  ): void;
  /** A transaction changed more of the entity than events can say. */
  emitOverflow(entity: string): void;
  /** Any record of the entity may have changed: record ids `001*`. */
  emitWildcard(entity: string): void;
  /** As after a migration to another instance: no events are retained, and no position of before is one any more. */
  forgetEvents(): void;
  /** The newest platform events once more, with the same ids; gives how many. */
  repeatPlatformEvents(count: number): number;
}

/** How the sandbox misbehaves; read at each request, so that a change works at once. */
export interface FaultSettings {
  /** `/composite/sobjects` ignores the client name of `Sforce-Call-Options`: `changeOrigin` lacks it. */
  collectionsIgnoreCallOptions: boolean;
  /** So many next REST requests are answered 503 SERVER_UNAVAILABLE. */
  serviceUnavailable: number;
  /** So many next REST requests are answered 403 REQUEST_LIMIT_EXCEEDED. */
  requestLimitExceeded: number;
  /** So many next writes of REST and Bulk fail with UNABLE_TO_LOCK_ROW. */
  unableToLockRow: number;
  /** So many next logins at the token endpoint are answered 503. */
  loginUnavailable: number;
}

export function noFaults(): FaultSettings {
  return {
    collectionsIgnoreCallOptions: false,
    serviceUnavailable: 0,
    requestLimitExceeded: 0,
    unableToLockRow: 0,
    loginUnavailable: 0,
  };
}

/** True, and one less from now on, while `fault` is due. */
export function takeFault(
  faults: FaultSettings,
  fault: Exclude<keyof FaultSettings, 'collectionsIgnoreCallOptions'>,
): boolean {
  if (faults[fault] <= 0) return false;
  faults[fault]--;
  return true;
}
