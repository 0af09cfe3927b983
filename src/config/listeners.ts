import { AppError } from '../foundation/errors.ts';

/** Where a worker's REST API listens. */
export interface Listener {
  readonly scheme: 'http' | 'https';
  /** Empty: every interface, as in Connect's `http://:8083`. IPv6 without its brackets. */
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

const LISTENER = /^(\w+):\/\/(\[[\da-f:.]+\]|[^:/?#[\]\s]*):(\d{1,5})\/?$/i;
const NONE = 'there must be one http:// or https:// address';
const MAX_PORT = 65_535;

/** The listeners of a property, one at least; throws a `config` error for anything else. */
export function parseListeners(text: string, property = 'listeners'): readonly Listener[] {
  const listed = text.split(',').map((each) => each.trim());
  const problem = listenersProblem(listed);
  if (problem !== undefined) {
    throw new AppError('config', 'rest.listeners', `${property}: ${problem}.`, {
      path: property,
      suggestion: `For example ${property}=http://127.0.0.1:8083.`,
    });
  }
  return listed.map((each) => {
    const [, scheme = '', host = '', port = ''] = LISTENER.exec(each) ?? [];
    return {
      scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
      host: host.replace(/^\[|\]$/g, ''),
      port: Number(port),
    };
  });
}

/** What is wrong with a list of listeners, or undefined. */
export function listenersProblem(listeners: readonly string[]): string | undefined {
  if (listeners.every((each) => each === '')) return NONE;
  for (const each of listeners) {
    const [, scheme = '', , port = ''] = LISTENER.exec(each) ?? [];
    if (port === '' || Number(port) > MAX_PORT) return `${shown(each)} is no http://host:port`;
    if (!/^https?$/i.test(scheme)) return `${scheme} is neither http nor https`;
  }
  const used = listeners.filter((each) => !/:0\/?$/.test(each)).map((each) => each.toLowerCase());
  const twice = used.find((each, index) => used.indexOf(each) < index);
  return twice === undefined ? undefined : `${twice} is there twice`;
}

/** `admin.listeners` may be empty. */
export function adminListenersProblem(listeners: readonly string[]): string | undefined {
  return listeners.every((each) => each === '') ? undefined : listenersProblem(listeners);
}

/** Without what may be a password. */
function shown(listener: string): string {
  return listener.replace(/\/\/[^/]*@/, '//…@');
}
