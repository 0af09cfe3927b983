/** A worker under test: sends calls with its own names in them, and reads answers back without. */
import { Agent, request } from 'node:http';
import { OWN_FOLDER, OWN_HOST, OWN_NAME, type Answer, type Call } from './call.ts';

const KEPT_HEADERS = ['content-type', 'allow', 'location', 'access-control-allow-origin'];
const ANSWER_WITHIN_MS = 30_000;

export class Side {
  readonly #url: URL;
  readonly #prefix: string;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true });

  /** `prefix` and `folder` (ending in a slash) are no other worker's. */
  constructor(url: string, prefix: string, folder: string) {
    this.#url = new URL(url);
    this.#prefix = prefix;
    this.#folder = folder;
  }

  /** A worker that hangs up answers 0. */
  async send(call: Call): Promise<Answer> {
    try {
      return await this.#send(call);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ECONNRESET' && !(code ?? '').startsWith('HPE')) throw error;
    }
    // Kept connections are ended by a worker whenever it likes.
    return await this.#send(call).catch((error: unknown) => ({
      status: 0,
      headers: {},
      text: String(error),
    }));
  }

  /** The path goes out as it is: not even dots are put right. */
  #send({ method, path, headers, body }: Call): Promise<Answer> {
    const payload = body === undefined ? undefined : this.#own(body);
    return new Promise((resolve, reject) => {
      const length = payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) };
      const sent = request({
        hostname: this.#url.hostname,
        port: this.#url.port,
        agent: this.#agent,
        method,
        path: this.#own(path),
        headers: { ...headers, ...length },
        timeout: ANSWER_WITHIN_MS,
      });
      sent.once('error', reject);
      sent.once('timeout', () =>
        sent.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)),
      );
      sent.once('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () => {
          const kept = KEPT_HEADERS.flatMap((name) => {
            const value = response.headers[name];
            return typeof value === 'string' ? [[name, this.#anyones(value)] as const] : [];
          });
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(kept),
            text: this.#anyones(Buffer.concat(parts).toString()),
          });
        });
      });
      sent.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #own(text: string): string {
    return text.replaceAll(OWN_FOLDER, this.#folder).replaceAll(OWN_NAME, this.#prefix);
  }

  #anyones(text: string): string {
    return text
      .replaceAll(this.#folder, OWN_FOLDER)
      .replaceAll(this.#prefix, OWN_NAME)
      .replaceAll(this.#url.host, OWN_HOST);
  }
}

export interface Sides {
  readonly theirs: Side;
  readonly ours: Side;
}

const PAUSE_MS = 50;

export function pause(ms = PAUSE_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
