import { PubSubError } from './errors.ts';
import type { ErrorCode, RpcName } from './errors.ts';

/** The next `count` calls end with `code`; of one method, or of any. */
export interface Failure {
  readonly code: ErrorCode;
  readonly method?: RpcName | undefined;
  count: number;
}

/** What happens to all that is connected now. */
export type Cut =
  /** Streams end with this error. */
  | { readonly kind: 'error'; readonly code: ErrorCode }
  /** Connections are told to go away (HTTP/2 GOAWAY), and cut `graceMs` later: by default at once. */
  | { readonly kind: 'goAway'; readonly graceMs?: number | undefined };

/** How the service misbehaves; read at each call and request, so that a change works at once. */
export class PubSubFaults {
  /** So many next calls end with service.unavailable. */
  unavailable = 0;
  /** Asking for more credit than can be outstanding is an error; by default it is clamped. */
  refuseOverflow = false;
  /** The org's delivery allocation is used up: Subscribe ends with subscription.limit.exceeded. */
  deliveryLimitExceeded = false;
  /** Streams are kept open, and hear nothing: no events, no keepalives. */
  silent = false;
  failures: readonly Failure[] = [];
  readonly #listeners = new Set<(cut: Cut) => void>();

  /** Throws PubSubError where a call of the method is to fail now. */
  check(method: RpcName): void {
    if (this.unavailable > 0) {
      this.unavailable--;
      throw failureOf('service.unavailable');
    }
    const failure = this.failures.find(
      (each) => each.count > 0 && (each.method === undefined || each.method === method),
    );
    if (failure === undefined) return;
    failure.count--;
    throw failureOf(failure.code);
  }

  cut(cut: Cut): void {
    for (const listener of this.#listeners) listener(cut);
  }

  onCut(listener: (cut: Cut) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  'service.unavailable': 'The service is unavailable. Try again later.',
  'service.auth.error':
    'An authentication exception occurred. Provide valid authentication via metadata headers.',
  'subscription.limit.exceeded': 'You have exceeded the event delivery limit for your org.',
};

/** The error of a code, in Salesforce's words where they are known. */
export function failureOf(code: ErrorCode): PubSubError {
  return new PubSubError(code, MESSAGES[code] ?? `The call failed with ${code}, as asked for.`);
}
