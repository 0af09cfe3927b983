/** HTTP to Salesforce: one set of trusted authorities, no hidden retries, and Salesforce's clock. */
import { Agent, fetch } from 'undici';
import { AppError, messageOf, type Clock } from '../../../src/sdk/index.ts';

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpOptions {
  /** PEM of the authorities to trust, instead of the well-known ones. */
  readonly ca?: Buffer | undefined;
  readonly clock: Clock;
}

const TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 15_000;

export class Http implements AsyncDisposable {
  readonly #agent: Agent;
  readonly #clock: Clock;
  /** Salesforce's clock minus ours, in ms, by the newest answer. */
  #skew = 0;

  constructor({ ca, clock }: HttpOptions) {
    this.#clock = clock;
    this.#agent = new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
  }

  /** Salesforce's time by the Date header of its newest answer, epoch ms; good to a second. */
  salesforceNow(): number {
    return this.#clock.now() + this.#skew;
  }

  /** Throws `retriable` where no answer came. */
  async send(url: string, request: HttpRequest): Promise<HttpResponse> {
    try {
      const response = await fetch(url, {
        method: request.method,
        headers: { ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        dispatcher: this.#agent,
      });
      const body = await response.text();
      const headers = Object.fromEntries(response.headers);
      const date = Date.parse(headers['date'] ?? '');
      if (Number.isFinite(date)) this.#skew = date - this.#clock.now();
      return { status: response.status, headers, body };
    } catch (cause) {
      const reason = messageOf(cause instanceof Error ? (cause.cause ?? cause) : cause);
      const message = `${new URL(url).host} can't be reached: ${reason}.`;
      throw new AppError('retriable', 'salesforce.unreachable', message, {
        cause,
        path: 'salesforce.instance',
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}
