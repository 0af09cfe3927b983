/** Faults as plain properties: what the APIs that have them read, and tests of those APIs set. */
import type { FaultBoard } from './board.ts';
import type { SwitchName } from './registry.ts';

/** Of REST, Bulk and logging in. */
export class RestFaults {
  readonly board: FaultBoard;

  constructor(board: FaultBoard) {
    this.board = board;
  }

  get serviceUnavailable(): number {
    return this.board.left('serviceUnavailable');
  }
  set serviceUnavailable(count: number) {
    setCount(this.board, 'serviceUnavailable', count);
  }

  get requestLimitExceeded(): number {
    return this.board.left('requestLimitExceeded');
  }
  set requestLimitExceeded(count: number) {
    setCount(this.board, 'requestLimitExceeded', count);
  }

  get unableToLockRow(): number {
    return this.board.left('unableToLockRow');
  }
  set unableToLockRow(count: number) {
    setCount(this.board, 'unableToLockRow', count);
  }

  get loginUnavailable(): number {
    return this.board.left('loginUnavailable');
  }
  set loginUnavailable(count: number) {
    setCount(this.board, 'loginUnavailable', count);
  }

  get collectionsIgnoreCallOptions(): boolean {
    return this.board.isOn('collectionsIgnoreCallOptions');
  }
  set collectionsIgnoreCallOptions(on: boolean) {
    this.board.set('collectionsIgnoreCallOptions', on ? [{}] : []);
  }
}

/** Of the Streaming API. */
export class CometdFaults {
  readonly board: FaultBoard;

  constructor(board: FaultBoard) {
    this.board = board;
  }

  get unavailable(): number {
    return this.board.left('streaming.unavailable');
  }
  set unavailable(count: number) {
    setCount(this.board, 'streaming.unavailable', count);
  }

  get unknownClient(): number {
    return this.board.left('streaming.unknownClient');
  }
  set unknownClient(count: number) {
    setCount(this.board, 'streaming.unknownClient', count);
  }

  get eventLimitExceeded(): boolean {
    return this.board.isOn('streaming.eventLimitExceeded');
  }
  set eventLimitExceeded(on: boolean) {
    this.board.set('streaming.eventLimitExceeded', on ? [{}] : []);
  }
}

/** Faults that need nothing but a count. */
type Counted = Extract<
  SwitchName,
  | 'serviceUnavailable'
  | 'requestLimitExceeded'
  | 'unableToLockRow'
  | 'loginUnavailable'
  | 'streaming.unavailable'
  | 'streaming.unknownClient'
>;

function setCount(board: FaultBoard, name: Counted, count: number): void {
  board.set(name, count > 0 ? [{ count }] : []);
}
