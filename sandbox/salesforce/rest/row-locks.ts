import { takeFault } from '../control/ports.ts';
import type { FaultSettings } from '../control/ports.ts';
import { SalesforceError } from '../org/types.ts';
import type { SaveResult, WriteAll } from '../org/types.ts';

/** The fault `unableToLockRow`: so many writes fail as if another transaction held the record. */
export function unlessLocked(settings: FaultSettings, write: WriteAll): WriteAll {
  return (writes, allOrNone) => {
    if (settings.unableToLockRow <= 0) return write(writes, allOrNone);
    const locked = writes.map((each) => {
      if (!takeFault(settings, 'unableToLockRow')) return undefined;
      return lockFailure('id' in each ? each.id : '');
    });
    if (allOrNone) return locked.map((each) => each ?? ROLLED_BACK);
    const free = writes.filter((_, i) => locked[i] === undefined);
    const results = free.length === 0 ? [] : [...write(free, false)];
    return locked.map((each) => each ?? results.shift() ?? ROLLED_BACK);
  };
}

function failure(code: string, message: string): SaveResult {
  const error = new SalesforceError(400, code, message);
  return { id: null, success: false, created: false, errors: [error] };
}

function lockFailure(id: string): SaveResult {
  const message = 'unable to obtain exclusive access to this record or 1 records';
  return failure('UNABLE_TO_LOCK_ROW', id === '' ? message : `${message}: ${id}`);
}

const ROLLED_BACK = failure(
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'Record rolled back because not all records were valid and the request was using AllOrNone header',
);
