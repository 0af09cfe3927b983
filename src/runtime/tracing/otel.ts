/** OpenTelemetry, from the user's installation: traces and metrics by OTLP over HTTP. Loaded only when it is switched on. */
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Properties } from '../../config/definition.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Prometheus } from '../prometheus.ts';
import { metricProducer } from './otel-metrics.ts';
import { otelTracing } from './otel-tracing.ts';
import type { Tracing } from './tracing.ts';

export interface Otel extends AsyncDisposable {
  /** undefined: `otel.traces.exporter=none`. */
  readonly tracing: Tracing | undefined;
}

export interface OtelOptions {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly properties: Properties;
  readonly prometheus: Prometheus;
  readonly workerId: string;
  readonly version: string;
}

const PACKAGES = [
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-metrics-otlp-http',
];

/** A package that isn't installed: a `config` error `otel.missing`. What can't be sent is dropped, never waited for. */
export async function openOtel(options: OtelOptions): Promise<Otel> {
  const { properties } = options;
  const isOn = (what: 'traces' | 'metrics'): boolean =>
    properties[`otel.${what}.exporter`] !== 'none';
  try {
    const traces = isOn('traces') ? await openTraces(options) : undefined;
    const meters = isOn('metrics') ? await openMetrics(options) : undefined;
    return {
      tracing: traces?.tracing,
      [Symbol.asyncDispose]: async () => {
        await Promise.allSettled([traces?.provider.shutdown(), meters?.shutdown()]);
      },
    };
  } catch (cause) {
    if (!messageOf(cause).includes('@opentelemetry/')) throw cause;
    throw new AppError(
      'config',
      'otel.missing',
      `otel.exporter.otlp.endpoint is set, and OpenTelemetry isn't installed: ${messageOf(cause)}.`,
      {
        cause,
        path: 'otel.exporter.otlp.endpoint',
        suggestion: `Run npm install ${PACKAGES.join(' ')} beside Headwater.`,
      },
    );
  }
}

async function openTraces(
  options: OtelOptions,
): Promise<{ provider: TracerProvider; tracing: Tracing }> {
  const [api, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const ratio = Number(options.properties['otel.traces.sampler.arg'] ?? '1');
  const exporter = new OTLPTraceExporter(destination(options, 'traces'));
  const provider = new sdk.TracerProvider({
    resource: await resource(options),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  return { provider, tracing: otelTracing(api, provider.getTracer('headwater', options.version)) };
}

async function openMetrics(options: OtelOptions): Promise<MeterProvider> {
  const [sdk, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ]);
  const all = await resource(options);
  const everyMs = Number(options.properties['otel.metric.export.interval'] ?? '60000');
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(destination(options, 'metrics')),
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: everyMs,
    metricProducers: [metricProducer(sdk, options.prometheus, all, options.version)],
  });
  return new sdk.MeterProvider({ resource: all, readers: [reader] });
}

function destination(
  { endpoint, properties }: OtelOptions,
  what: 'traces' | 'metrics',
): { url: string; headers: Record<string, string> } {
  const pairs = (properties['otel.exporter.otlp.headers'] ?? '').split(',');
  const headers = pairs.flatMap((pair) => {
    const cut = pair.indexOf('=');
    return cut < 1 ? [] : [[pair.slice(0, cut).trim(), pair.slice(cut + 1).trim()] as const];
  });
  return { url: `${endpoint}/v1/${what}`, headers: Object.fromEntries(headers) };
}

async function resource({ properties, workerId, version }: OtelOptions) {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  return resourceFromAttributes({
    'service.name': properties['otel.service.name'] ?? 'headwater',
    'service.version': version,
    'service.instance.id': workerId,
  });
}
