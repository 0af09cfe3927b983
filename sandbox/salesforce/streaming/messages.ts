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
