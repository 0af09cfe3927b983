import { AppError } from '../../foundation/errors.ts';

/** Another worker has to carry out the request: the REST layer sends it there. */
export class Forward extends AppError {
  /** `http://host:port/` of that worker; undefined: not known just now. */
  readonly to: string | undefined;

  constructor(to: string | undefined) {
    super(
      'conflict',
      'herder.forward',
      'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.',
    );
    this.to = to;
  }
}

/** Connect's answer where a forwarded request came to a worker that can't carry it out either. */
export function conflictingOperation(): AppError {
  return new AppError(
    'conflict',
    'herder.rebalancing',
    'Cannot complete request because of a conflicting operation (e.g. worker rebalance)',
  );
}
