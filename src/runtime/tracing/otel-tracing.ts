import type * as Api from '@opentelemetry/api';
import { messageOf } from '../../foundation/errors.ts';
import type { Tracing } from './tracing.ts';

/** The port on OpenTelemetry's tracer. */
export function otelTracing(api: typeof Api, tracer: Api.Tracer): Tracing {
  const kinds = {
    internal: api.SpanKind.INTERNAL,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
  };
  return {
    begin: ({ name, kind, startedAt, from, attributes }) => {
      const contexts = [...from].map(contextOf);
      const [parent] = contexts;
      const isAlone = contexts.length === 1 && parent !== undefined;
      const span = tracer.startSpan(
        name,
        {
          kind: kinds[kind],
          attributes: { ...attributes },
          ...(startedAt === undefined ? {} : { startTime: startedAt }),
          links: isAlone ? [] : contexts.map((context) => ({ context })),
        },
        isAlone ? api.trace.setSpanContext(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT,
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        end: (error) => {
          if (error !== undefined) {
            span.setStatus({ code: api.SpanStatusCode.ERROR, message: messageOf(error) });
          }
          span.end();
        },
      };
    },
  };
}

function contextOf(traceparent: string): Api.SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
