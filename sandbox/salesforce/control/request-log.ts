import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ToldCall } from '../pubsub/call-log.ts';
import { clientOf } from '../rest/call-options.ts';
import { redactAddress, redactText } from './redact.ts';

/** One request that was answered: what came, what it got, how long that took. Nothing in it lets anybody in. */
export interface LoggedRequest {
  /** 1, 2, 3 … */
  readonly number: number;
  /** The machine's time at the answer's end, epoch ms: clients' own logs are compared with it. */
  readonly at: number;
  readonly method: string;
  /** With parameters; values that may be secrets are left out. */
  readonly path: string;
  /** Of a call of the Pub/Sub API 200, as gRPC has it; `error` says how it ended. */
  readonly status: number;
  readonly ms: number;
  /** `client=` of `Sforce-Call-Options`. */
  readonly client: string | null;
  readonly userAgent: string | null;
  /** Salesforce's error code, OAuth's or the Pub/Sub API's, of an answer that has one. */
  readonly error: string | null;
}

/** So many newest requests are kept. */
const KEPT = 1_000;
const HEADER_LENGTH = 200;
/** Larger answers are no errors, bytes. */
const ERROR_BYTES = 4_096;
/** The page's own looks at the sandbox are no client's requests. */
const OWN_LOOKS = /^\/__sandbox\/(?:page|v1)\/|^\/(?:\?|$)/;

/** The newest requests of all clients, over http, https and gRPC. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];
  readonly #kept: number;
  readonly #errors = new WeakMap<FastifyRequest, string>();
  #last = 0;

  constructor(kept = KEPT) {
    this.#kept = kept;
  }

  /** To be called before the routes are registered that it shall see. */
  follow(app: FastifyInstance): void {
    app.addHook('onSend', (request, reply, payload, done) => {
      if (reply.statusCode >= 400) this.#noteError(request, payload);
      done(null, payload);
    });
    app.addHook('onResponse', (request, reply, done) => {
      if (!isOwnLook(request)) this.#addAnswered(request, reply.statusCode, reply.elapsedTime);
      done();
    });
  }

  /** Those after `number`, oldest first. */
  after(number: number): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => entry.number > number);
  }

  clear(): void {
    this.#entries.length = 0;
  }

  add(entry: Omit<LoggedRequest, 'number'>): void {
    this.#entries.push({ number: ++this.#last, ...entry });
    // Invariant 8
    if (this.#entries.length > this.#kept) this.#entries.shift();
  }

  /** A call of the Pub/Sub API; a stream is one when it opens, and one more if it ends with an error. */
  addCall({ rpc, userAgent, errorCode, ms }: ToldCall): void {
    this.add({
      at: Date.now(),
      method: 'gRPC',
      path: `/eventbus.v1.PubSub/${rpc}`,
      status: 200,
      ms: Math.round(ms * 10) / 10,
      client: null,
      userAgent: shown(userAgent),
      error: errorCode ?? null,
    });
  }

  #addAnswered(request: FastifyRequest, status: number, elapsed: number): void {
    const { 'user-agent': userAgent } = request.headers;
    this.add({
      at: Date.now(),
      method: request.method,
      path: redactAddress(request.url),
      status,
      ms: Math.round(elapsed * 10) / 10,
      client: shown(clientOf(request)),
      userAgent: shown(userAgent),
      error: this.#errors.get(request) ?? null,
    });
  }

  #noteError(request: FastifyRequest, payload: unknown): void {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return;
    if (payload.length > ERROR_BYTES) return;
    const code = /"(?:errorCode|error)"\s*:\s*"(\w+)"/.exec(payload.toString())?.[1];
    if (code !== undefined) this.#errors.set(request, code);
  }
}

function isOwnLook({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && OWN_LOOKS.test(url);
}

function shown(header: string | undefined): string | null {
  return header === undefined ? null : redactText(header).slice(0, HEADER_LENGTH);
}
