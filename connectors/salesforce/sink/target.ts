import type { Connection } from 'jsforce';
import { AppError, messageOf } from '../../../src/sdk/index.ts';

export interface TargetField {
  readonly name: string;
  readonly writeable: boolean;
  readonly isId: boolean;
}

export interface Target {
  readonly object: string;
  readonly fields: ReadonlyMap<string, TargetField>;
}

/** The object as describe shows it; a `config` error when there is none for this user. */
export async function describeTarget(connection: Connection, object: string): Promise<Target> {
  try {
    const { fields } = await connection.describe(object);
    return {
      object,
      fields: new Map(
        fields.map((field) => [
          field.name,
          {
            name: field.name,
            writeable: field.createable || field.updateable,
            isId: field.type === 'id' || field.externalId || field.idLookup === true,
          },
        ]),
      ),
    };
  } catch (cause) {
    if (!/NOT_FOUND|INVALID_TYPE/.test(codeOf(cause))) throw callError('Describing', cause);
    throw new AppError(
      'config',
      'salesforce.object',
      `There is no object ${object} for this user.`,
      {
        cause,
        path: 'salesforce.object',
        suggestion: "Check its API name and the user's permissions.",
      },
    );
  }
}

export function codeOf(error: unknown): string {
  const { errorCode, name } = error as { errorCode?: string; name?: string };
  return errorCode ?? name ?? '';
}

const AUTH = /INVALID_SESSION_ID|INVALID_AUTH|INVALID_LOGIN|invalid_grant/;
const PERMISSION = /INSUFFICIENT_ACCESS|API_DISABLED|FUNCTIONALITY_NOT_ENABLED/;

/** A whole call that failed: refused, or Salesforce is away. */
export function callError(doing: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = codeOf(cause);
  const text = `${doing}: ${messageOf(cause)}`;
  if (AUTH.test(code)) return new AppError('auth', 'salesforce.session', text, { cause });
  if (PERMISSION.test(code)) return new AppError('auth', 'salesforce.permission', text, { cause });
  return new AppError('retriable', 'salesforce.unavailable', text, { cause });
}
