/** Bayeux messages: what clients send, and the replies. */

/** Any JSON object: nothing of it can be relied on. */
export type Message = Readonly<Record<string, unknown>>;

export interface Advice {
  readonly reconnect: 'retry' | 'handshake' | 'none';
  /** Before the next connect, ms. */
  readonly interval?: number;
  /** How long a connect is held, ms. */
  readonly timeout?: number;
}

export const LONG_POLLING = 'long-polling';
export const SHAKE_HANDS: Advice = { reconnect: 'handshake', interval: 0 };
export const GIVE_UP: Advice = { reconnect: 'none', interval: 0 };
/** After a while, ms: Salesforce's isn't known. */
export const TRY_AGAIN: Advice = { reconnect: 'retry', interval: 5000 };

/** One HTTP request's messages, and who sends them. */
export interface BayeuxRequest {
  readonly messages: readonly Message[];
  /** Of the Authorization header. */
  readonly token: string | undefined;
  /** Why no client can be had under this address: `400::Unsupported API version …`. */
  readonly refused: string | undefined;
  /** Name of a cookie that should have come and didn't. */
  readonly lacksCookie: string | undefined;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** An array of messages or a single one; undefined where the text is neither. */
export function parseMessages(text: string): readonly Message[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const messages: readonly unknown[] = Array.isArray(json) ? json : [json];
  return messages.length > 0 && messages.every(isObject) ? messages : undefined;
}

export function isObject(json: unknown): json is Message {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a reply says of its request: the channel, and the id exactly as it came. */
export function replyTo({ channel, id }: Message): Record<string, unknown> {
  const echoed = typeof id === 'string' || typeof id === 'number' ? { id } : {};
  return { ...(typeof channel === 'string' ? { channel } : {}), ...echoed };
}

export function failed(
  message: Message,
  error: string,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ ...more, ...replyTo(message), error, successful: false });
}

export function succeeded(message: Message, more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...more, ...replyTo(message), successful: true });
}

/** An event as it goes to a client; `data` is JSON already. */
export function eventMessage(channel: string, data: string): string {
  return `{"data":${data},"channel":${JSON.stringify(channel)}}`;
}
