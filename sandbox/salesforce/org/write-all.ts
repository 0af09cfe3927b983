import type { WriteContext } from './rules.ts';
import { SalesforceError } from './types.ts';
import type { SaveResult, Write } from './types.ts';
import type { Writer } from './writer.ts';

/** The writes in order: each stands alone, or with `allOrNone` the first failure takes all of them back. */
export function writeAll(
  writer: Writer,
  context: WriteContext,
  writes: readonly Write[],
  allOrNone: boolean,
): readonly SaveResult[] {
  const mark = context.unit.mark();
  const results = writes.map((write) => attempt(writer, context, write));
  if (!allOrNone || results.every((result) => result.success)) return results;
  context.unit.rollbackTo(mark);
  return results.map((result) => (result.success ? ROLLED_BACK : result));
}

function attempt(writer: Writer, context: WriteContext, write: Write): SaveResult {
  const mark = context.unit.mark();
  try {
    return { ...writer.execute(context, write), success: true, errors: [] };
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    context.unit.rollbackTo(mark);
    return { id: null, success: false, created: false, errors: [error, ...error.others] };
  }
}

const ROLLED_BACK: SaveResult = {
  id: null,
  success: false,
  created: false,
  errors: [
    new SalesforceError(
      400,
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'Record rolled back because not all records were valid and the request was using AllOrNone header',
    ),
  ],
};
