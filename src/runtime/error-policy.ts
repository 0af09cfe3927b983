import type { ErrorKind } from '../foundation/errors.ts';

/** Connect's stages of a record's way. */
export type Stage =
  | 'poll'
  | 'transform'
  | 'convert-key'
  | 'convert-value'
  | 'convert-header'
  | 'produce'
  | 'consume'
  | 'put'
  | 'commit';

/**
 * - `retry`: the same call again with backoff, within the bound; meanwhile RESTARTING with the reason.
 * - `tolerate`: `errors.tolerance` decides: skip or dead-letter the record, or fail.
 * - `reopen`: dispose the task and open it again from its last committed position.
 * - `fail`: the task is FAILED; offsets don't move.
 */
export type Decision = 'retry' | 'tolerate' | 'reopen' | 'fail';

const CONVERTING: Readonly<Record<ErrorKind, Decision>> = {
  retriable: 'retry',
  reconnect: 'retry',
  auth: 'fail',
  data: 'tolerate',
  config: 'fail',
  conflict: 'fail',
  missing: 'fail',
  fatal: 'fail',
};

/** Complete by type: a new stage or kind doesn't compile until it is decided. */
export const ERROR_POLICY: Readonly<Record<Stage, Readonly<Record<ErrorKind, Decision>>>> = {
  poll: { ...CONVERTING, reconnect: 'reopen', data: 'fail' },
  transform: CONVERTING,
  'convert-key': CONVERTING,
  'convert-value': CONVERTING,
  'convert-header': CONVERTING,
  produce: CONVERTING,
  consume: { ...CONVERTING, data: 'fail' },
  put: { ...CONVERTING, reconnect: 'reopen', data: 'fail' },
  commit: { ...CONVERTING, data: 'fail' },
};

/** Whether a task that failed by an error of this kind is started again by itself: only what was away comes back. */
export const HEALS: Readonly<Record<ErrorKind, boolean>> = {
  retriable: true,
  reconnect: true,
  auth: false,
  data: false,
  config: false,
  conflict: false,
  missing: false,
  fatal: false,
};

/** Connect's name of a stage in a dead letter's `__connect.errors.stage`. */
export const CONNECT_STAGE: Readonly<Record<Stage, string>> = {
  poll: 'TASK_POLL',
  transform: 'TRANSFORMATION',
  'convert-key': 'KEY_CONVERTER',
  'convert-value': 'VALUE_CONVERTER',
  'convert-header': 'HEADER_CONVERTER',
  produce: 'KAFKA_PRODUCE',
  consume: 'KAFKA_CONSUME',
  put: 'TASK_PUT',
  commit: 'TASK_PUT',
};
