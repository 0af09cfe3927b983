import { AppError, explain, messageOf, stackOf } from '../../foundation/errors.ts';

/** A log field as something that can be sent to another thread. */
export function errorText(value: unknown): unknown {
  if (value instanceof AppError) return explain(value);
  if (value instanceof Error) return stackOf(value) === '' ? messageOf(value) : stackOf(value);
  if (typeof value === 'function' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  try {
    return structuredClone(value);
  } catch {
    return '[an object]';
  }
}
