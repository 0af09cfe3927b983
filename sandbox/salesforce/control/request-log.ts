import type { FastifyInstance, FastifyRequest } from 'fastify';
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
  readonly status: number;
  readonly ms: number;
  /** `client=` of `Sforce-Call-Options`. */
  readonly client: string | null;
  readonly userAgent: string | null;
  /** Salesforce's error code, or OAuth's, of an answer that has one. */
  readonly error: string | null;
}

/** So many newest requests are kept. */
const KEPT = 1_000;
const HEADER_LENGTH = 200;
/** Larger answers are no errors, bytes. */
const ERROR_BYTES = 4_096;
/** The page's own looks at the sandbox are no client's requests. */
const OWN_LOOKS = /^\/__sandbox\/(?:page|v1)\/|^\/(?:\?|$)/;

/** The newest requests of all clients, over http and https. */
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
