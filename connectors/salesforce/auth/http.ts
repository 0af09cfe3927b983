/** HTTP to Salesforce with an authority of one's own, for our calls and jsforce's alike. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Agent, Dispatcher } from 'undici';
import { AppError, messageOf } from '../../../src/sdk/index.ts';
import { SSL_CA_FILE } from './config.ts';

/** PEM text of `salesforce.ssl.ca.file`; throws a `config` error when it can't be read. */
export async function readCa(file: string): Promise<Buffer> {
  return readPem(file, SSL_CA_FILE);
}

export async function readPem(file: string, property: string): Promise<Buffer> {
  try {
    const pem = await readFile(file);
    if (!pem.includes('-----BEGIN ')) throw new Error('it holds no PEM block');
    return pem;
  } catch (error) {
    throw new AppError('config', 'salesforce.pem', `${property}: ${messageOf(error)}.`, {
      path: property,
      cause: error,
    });
  }
}

/**
 * jsforce has one dispatcher for the whole process and takes no authority per connection. This one sends
 * each origin through the agent registered for it, so that two connectors may trust different authorities.
 */
class DispatcherByOrigin extends Dispatcher {
  /** Of those registered for an origin the newest serves: an older one may be closed at any time. */
  readonly #agents = new Map<string, Agent[]>();
  readonly #default = new Agent({ connect: { allowH2: false } });

  register(origin: string, agent: Agent): Disposable {
    this.#agents.set(origin, [...(this.#agents.get(origin) ?? []), agent]);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#agents.get(origin) ?? []).filter((each) => each !== agent);
        if (left.length > 0) this.#agents.set(origin, left);
        else this.#agents.delete(origin);
      },
    };
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const agent = this.#agents.get(String(options.origin ?? ''))?.at(-1) ?? this.#default;
    return agent.dispatch(options, handler);
  }
}

interface JsforceRequest {
  setDispatcher(dispatcher: Dispatcher): void;
}

let shared: DispatcherByOrigin | undefined;

/** Until it is disposed, jsforce's requests to `url`'s origin may go through `agent`. */
export function useAgentFor(url: string, agent: Agent): Disposable {
  if (shared === undefined) {
    shared = new DispatcherByOrigin();
    const load = createRequire(import.meta.url) as (name: string) => unknown;
    (load('jsforce/lib/request.js') as JsforceRequest).setDispatcher(shared);
  }
  return shared.register(new URL(url).origin, agent);
}

const REQUEST_TIMEOUT_MS = 30_000;

export function createAgent(ca: Buffer | undefined): Agent {
  return new Agent({
    connect: { allowH2: false, ...(ca === undefined ? {} : { ca }) },
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  });
}
