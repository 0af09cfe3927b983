/**
 * Goal: switched on, traces and metrics reach a collector by OTLP; switched off, OpenTelemetry need not even be there.
 * Method: a real worker, and an OTLP/HTTP receiver that decodes what it is sent.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwaterItself,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
}
interface Received {
  readonly resourceSpans?: readonly {
    readonly resource: {
      readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

const received: Received[] = [];
const keys = new Set<string | string[] | undefined>();
let collector: Server;
let endpoint: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      keys.add(request.headers['api-key']);
      received.push(JSON.parse(Buffer.concat(parts).toString()) as Received);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(() => collector.close());

const spans = (): readonly Span[] =>
  received
    .flatMap(({ resourceSpans = [] }) => resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));

test('a record is followed from poll to send to put, and metrics come under their names', async () => {
  const topic = `traced-${randomUUID()}`;
  const { 'in.txt': input = '', 'out.txt': output = '' } = files({
    'in.txt': 'one\n',
    'out.txt': '',
  });
  const connectors = files({
    'in.properties': `name=in\nconnector.class=FileStreamSource\nfile=${input}\ntopic=${topic}`,
    'out.properties': `name=out\nconnector.class=FileStreamSink\nfile=${output}\ntopics=${topic}`,
  });
  const worker = headwaterItself([
    'worker',
    workerFile([
      `otel.exporter.otlp.endpoint=${endpoint}/`,
      'otel.exporter.otlp.headers=api-key=secret-1',
      'otel.metric.export.interval=500',
    ]),
    ...Object.values(connectors),
  ]);
  await readyUrl(worker);
  const metrics = (): readonly string[] =>
    received
      .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .map(({ name }) => name);
  await eventually(
    metrics,
    (names) => names.includes('kafka_connect_sink_task_metrics_sink_record_send_total'),
    30_000,
  );
  // What is not sent yet is sent at the end.
  await eventually(
    () => spans().filter(({ name }) => name === 'put out').length,
    (n) => n > 0,
    30_000,
  );
  await worker[Symbol.asyncDispose]();
  const poll = spans().find(({ name }) => name === 'poll in');
  const children = spans().filter(({ parentSpanId }) => parentSpanId === poll?.spanId);
  const kinds = Object.fromEntries(children.map(({ name, kind }) => [name, kind]));
  expect(kinds).toEqual({ 'send in': 4, 'put out': 5 });
  expect(new Set(children.map(({ traceId }) => traceId))).toEqual(new Set([poll?.traceId]));
  expect(keys).toEqual(new Set(['secret-1']));
  expect(worker.stderr()).not.toContain('secret-1');
  const [resource] = received.flatMap(({ resourceSpans = [] }) => resourceSpans);
  expect(resource?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'headwater' },
  });
});

/** As where OpenTelemetry isn't installed; its API alone is, for prom-client. */
const WITHOUT = `--import=data:text/javascript,${encodeURIComponent(
  "import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (/^@opentelemetry.(sdk|exporter|resources)/.test(name)) throw new Error('Cannot find package ' + name); return next(name, context); } });",
)}`;

test('where it is not installed, a worker runs without it, and refuses to be switched on in one sentence', async () => {
  const plain = headwaterItself(['worker', workerFile()], { NODE_OPTIONS: WITHOUT });
  await readyUrl(plain);
  const asked: HeadwaterProcess = headwaterItself(['worker', workerFile()], {
    NODE_OPTIONS: WITHOUT,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  });
  expect(await asked.exited).toBe(2);
  expect(asked.stderr()).toContain(
    "otel.exporter.otlp.endpoint is set, and OpenTelemetry isn't installed: Cannot find package @opentelemetry/",
  );
  expect(asked.stderr()).toContain('npm install @opentelemetry/resources');
  await plain[Symbol.asyncDispose]();
});
