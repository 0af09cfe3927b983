/** `USING SCOPE mine`. */
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, RecordValues } from '../org/types.ts';
import type { Context } from './context.ts';
import { fieldOf } from './fields.ts';
import type { Query } from './syntax/tree.ts';

/** Which rows a scope leaves; those that ask for territories, teams or delegation are refused by name. */
export function scopeFilter(
  { scope }: Query,
  object: ObjectDef,
  { reader }: Context,
): ((row: RecordValues) => boolean) | undefined {
  switch (scope?.text.toLowerCase()) {
    case undefined:
    case 'everything':
      return undefined;
    case 'mine':
      if (fieldOf(object, 'OwnerId') === undefined) break;
      return (row) => row['OwnerId'] === reader.user.id;
    default:
      break;
  }
  const message = `The scope '${scope?.text ?? ''}' is not supported for ${object.name}`;
  const gap = `USING SCOPE ${scope?.text ?? ''}`;
  throw new SalesforceError(400, 'INVALID_QUERY_SCOPE', message, [], gap);
}
