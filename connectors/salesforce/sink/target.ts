import { closest } from 'fastest-levenshtein';
import type { Connection } from 'jsforce';
import { AppError, messageOf } from '../../../src/sdk/index.ts';

export interface TargetField {
  readonly name: string;
  readonly writeable: boolean;
  readonly isId: boolean;
  /** Its literals in SOQL have no quotes. */
  readonly isNumber: boolean;
  /** Whether `a` and `A` are two values of it. */
  readonly caseSensitive: boolean;
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
            isNumber: field.type === 'int' || field.type === 'double',
            caseSensitive: field.type === 'id' || field.caseSensitive,
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
        suggestion: await nearest(connection, object),
      },
    );
  }
}

async function nearest(connection: Connection, object: string): Promise<string> {
  const check = "Check its API name and the user's permissions.";
  try {
    const { sobjects } = await connection.describeGlobal();
    const names = sobjects.map(({ name }) => name);
    return names.length === 0 ? check : `Did you mean ${closest(object, names)}? ${check}`;
  } catch {
    // The object's absence is what matters; a list of the others is a courtesy.
    return check;
  }
}

export function codeOf(error: unknown): string {
  const { errorCode, name } = error as { errorCode?: string; name?: string };
  return errorCode ?? name ?? '';
}

const AUTH = /INVALID_SESSION_ID|INVALID_AUTH|INVALID_LOGIN|invalid_grant/;
/** The same call again is answered the same. */
const REFUSED = /INVALID_FIELD|INVALID_TYPE|MALFORMED|NOT_FOUND|JSON_PARSER_ERROR/;
const PERMISSION = /INSUFFICIENT_ACCESS|API_DISABLED|FUNCTIONALITY_NOT_ENABLED/;

/** A whole call that failed: refused, or Salesforce is away. */
export function callError(doing: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = codeOf(cause);
  const text = `${doing}: ${messageOf(cause)}`;
  if (AUTH.test(code)) return new AppError('auth', 'salesforce.session', text, { cause });
  if (PERMISSION.test(code)) return new AppError('auth', 'salesforce.permission', text, { cause });
  if (REFUSED.test(code)) return new AppError('fatal', 'salesforce.refused', text, { cause });
  return new AppError('retriable', 'salesforce.unavailable', text, { cause });
}
