/** The tracing port: W3C trace context goes in the records' `traceparent` header. Absent, nothing is traced and nothing costs. */
import type { RawHeader } from '../../data/record.ts';

export interface Tracing {
  begin(span: NewSpan): ActiveSpan;
}

export interface NewSpan {
  /** `poll accounts`, `send accounts`, `put accounts`. */
  readonly name: string;
  readonly kind: 'internal' | 'producer' | 'consumer';
  /** Epoch ms; absent: now. */
  readonly startedAt?: number | undefined;
  /** Of the records it is about: one is its parent, several are linked. */
  readonly from: ReadonlySet<string>;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface ActiveSpan {
  /** `00-<trace>-<span>-<flags>`, for those that follow. */
  readonly traceparent: string;
  end(error?: unknown): void;
}

export const TRACEPARENT = 'traceparent';
/** OpenTelemetry keeps no more links of a span. */
const MAX_LINKS = 128;

/** What the records of a batch bring along, each once. A header converter may have quoted it. */
export function contextsOf(
  records: Iterable<{ readonly headers: readonly RawHeader[] }>,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { headers } of records) {
    if (found.size >= MAX_LINKS) break;
    const header = headers.find(({ key }) => key === TRACEPARENT);
    if (header?.value === undefined || header.value === null) continue;
    const [context] = /[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/.exec(
      Buffer.from(header.value).toString('latin1'),
    ) ?? [undefined];
    if (context !== undefined) found.add(context);
  }
  return found;
}

/** Runs `work` within a span, which has its failure. */
export async function within<T>(
  tracing: Tracing,
  span: NewSpan,
  work: () => Promise<T>,
): Promise<T> {
  const active = tracing.begin(span);
  try {
    const result = await work();
    active.end();
    return result;
  } catch (error) {
    active.end(error);
    throw error;
  }
}

/** OpenTelemetry's names for messaging; they are still in development, so they stand in one place. */
export function messaging(
  operation: 'poll' | 'send' | 'process',
  connector: string,
  count: number,
): Readonly<Record<string, string | number>> {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.batch.message_count': count,
    'headwater.connector': connector,
  };
}
