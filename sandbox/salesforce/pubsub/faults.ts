import { FaultBoard } from '../faults/board.ts';
import { PubSubError } from './errors.ts';
import type { ErrorCode, RpcName } from './errors.ts';
import type { ResetReason } from './open-streams.ts';

/** The next `count` calls end with `code`; of one method, or of any. */
export interface Failure {
  readonly code: ErrorCode;
  readonly method?: RpcName | undefined;
  readonly count?: number | undefined;
}

/** What happens to all that is connected now. */
export type Cut =
  /** Streams end with this error. */
  | { readonly kind: 'error'; readonly code: ErrorCode }
  /** Connections are told to go away (HTTP/2 GOAWAY), and cut `graceMs` later: by default at once. */
  | { readonly kind: 'goAway'; readonly graceMs?: number | undefined }
  /** Streams end by HTTP/2 RST_STREAM, without a status. */
  | { readonly kind: 'resetStreams'; readonly code: ResetReason }
  /** Connections are reset in the middle of a frame. */
  | { readonly kind: 'resetConnections' };

/** How the service misbehaves; asked at each call and request, so that a change works at once. */
export class PubSubFaults {
  readonly board: FaultBoard;
  readonly #listeners = new Set<(cut: Cut) => void>();

  constructor(board: FaultBoard = new FaultBoard()) {
    this.board = board;
    board.onChange((name) => {
      if (name === 'maintenance' && board.isOn(name)) this.cut({ kind: 'goAway' });
    });
  }

  /** So many next calls end with service.unavailable. */
  get unavailable(): number {
    return this.board.left('pubsub.unavailable');
  }
  set unavailable(count: number) {
    this.board.set('pubsub.unavailable', count > 0 ? [{ count }] : []);
  }

  /** Asking for more credit than can be outstanding is an error; by default it is clamped. */
  get refuseOverflow(): boolean {
    return this.board.isOn('pubsub.refuseOverflow');
  }
  set refuseOverflow(on: boolean) {
    this.board.set('pubsub.refuseOverflow', on ? [{}] : []);
  }

  /** The org's delivery allocation is used up: Subscribe ends with subscription.limit.exceeded. */
  get deliveryLimitExceeded(): boolean {
    return this.board.isOn('pubsub.deliveryLimitExceeded');
  }
  set deliveryLimitExceeded(on: boolean) {
    this.board.set('pubsub.deliveryLimitExceeded', on ? [{}] : []);
  }

  /** Streams are kept open, and hear nothing: no events, no keepalives. */
  get silent(): boolean {
    return this.board.isOn('pubsub.silent');
  }
  set silent(on: boolean) {
    this.board.set('pubsub.silent', on ? [{}] : []);
  }

  set failures(failures: readonly Failure[]) {
    this.board.set('pubsub.failures', failures);
  }

  /** Throws PubSubError where a call of the method is to fail now. */
  check(method: RpcName): void {
    const subject = { method };
    const down =
      this.board.take('maintenance', subject) ?? this.board.take('pubsub.unavailable', subject);
    if (down !== undefined) throw failureOf('service.unavailable');
    const failure = this.board.take('pubsub.failures', subject);
    if (failure !== undefined) throw failureOf(failure.code);
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
