import { AppError } from '../foundation/errors.ts';

/** Where a worker's REST API listens. */
export interface Listener {
  /** Empty: every interface, as in Connect's `http://:8083`. IPv6 without its brackets. */
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

const LISTENER = /^http:\/\/(\[[\da-f:.]+\]|[^:/?#[\]\s]*):(\d{1,5})\/?$/i;
const MAX_PORT = 65_535;

/** The one listener of the `listeners` property; throws a `config` error for anything else. */
export function parseListener(listeners: string): Listener {
  const problem = listenersProblem(listeners.split(',').map((each) => each.trim()));
  const [, host = '', port = ''] = LISTENER.exec(listeners.trim()) ?? [];
  if (problem === undefined) return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  throw new AppError('config', 'rest.listeners', `listeners: ${problem}.`, {
    path: 'listeners',
    suggestion: 'For example listeners=http://127.0.0.1:8083.',
  });
}

/** What is wrong with a list of listeners, or undefined. */
export function listenersProblem(listeners: readonly string[]): string | undefined {
  const [first = '', ...more] = listeners;
  const https = listeners.find((each) => /^https:/i.test(each));
  if (https !== undefined) return `${https} needs a proxy that ends TLS; this worker serves http`;
  if (more.length > 0) return 'this worker listens on one address';
  const port = Number(LISTENER.exec(first)?.[2] ?? Infinity);
  return port <= MAX_PORT ? undefined : `${first} is no http://host:port`;
}
