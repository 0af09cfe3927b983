/** Whether a source can deliver as it is asked to, in Connect's words (KIP-618): of a group; a standalone worker doesn't ask, as Connect's. */
import type { Finding, Properties } from '../config/definition.ts';
import { isExactlyOnce } from '../config/worker-modes.ts';
import { messageOf } from '../foundation/errors.ts';
import type { SinkConnector, SourceConnector } from '../sdk/index.ts';

const SUPPORT = 'exactly.once.support';
const BOUNDARY = 'transaction.boundary';

export function exactlyOnceFindings(
  connector: SourceConnector | SinkConnector,
  properties: Properties,
  worker: Properties,
): readonly Finding[] {
  if (worker['group.id'] === undefined) return [];
  const source = connector as SourceConnector;
  const is = (name: string, value: string): boolean =>
    properties[name]?.trim().toLowerCase() === value;
  return [
    ...(is(SUPPORT, 'required')
      ? [...enabled(worker), ...asked(SUPPORT, () => support(source))]
      : []),
    ...(is(BOUNDARY, 'connector') ? asked(BOUNDARY, () => boundaries(source)) : []),
  ];
}

function enabled(worker: Properties): readonly Finding[] {
  if (isExactlyOnce(worker)) return [];
  const message = 'This worker does not have exactly-once source support enabled.';
  return [{ path: SUPPORT, message }];
}

function support(source: SourceConnector): string | undefined {
  const answer = source.exactlyOnceSupport?.();
  if (answer === 'supported') return undefined;
  return answer === 'unsupported'
    ? 'The connector does not support exactly-once semantics with the provided configuration.'
    : 'The connector does not implement the API required for preflight validation of exactly-once source support. Please consult the documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring the connector to use the value "requested" for this property (which will disable this preflight check and allow the connector to be created).';
}

function boundaries(source: SourceConnector): string | undefined {
  return source.canDefineTransactionBoundaries?.() === true
    ? undefined
    : 'The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.';
}

/** A connector that throws when it is asked has found something, too. */
function asked(path: string, ask: () => string | undefined): readonly Finding[] {
  try {
    const message = ask();
    return message === undefined ? [] : [{ path, message }];
  } catch (error) {
    const message = `An unexpected error occurred during validation: ${messageOf(error)}`;
    return [{ path, message }];
  }
}
