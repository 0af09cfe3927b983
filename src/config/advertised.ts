import { AppError } from '../foundation/errors.ts';
import type { Properties } from './definition.ts';
import type { Listener } from './listeners.ts';

export interface Advertised {
  /** `host:port`, as statuses show it. */
  readonly workerId: string;
  /** Where the other workers of the group reach this one, with a slash at its end. */
  readonly url: string;
}

/**
 * What a worker says of itself (`rest.advertised.*`), as Connect does: by the listener whose scheme is
 * `rest.advertised.listener`, else the first http, else the first https one; `here` stands for every interface.
 */
export function advertised(
  properties: Properties,
  listeners: readonly Listener[],
  here: string,
): Advertised {
  const given = (name: string): string | undefined =>
    properties[`rest.advertised.${name}`]?.trim() || undefined;
  const scheme = given('listener')?.toLowerCase();
  const listener =
    scheme === undefined
      ? (listeners.find((each) => each.scheme === 'http') ?? listeners[0])
      : listeners.find((each) => each.scheme === scheme);
  if (listener === undefined) {
    const message = `rest.advertised.listener: there is no ${scheme} listener.`;
    throw new AppError('config', 'rest.advertised', message, { path: 'rest.advertised.listener' });
  }
  const host = given('host.name') ?? (listener.host === '' ? here : listener.host);
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const workerId = `${bracketed}:${given('port') ?? listener.port}`;
  return { workerId, url: `${listener.scheme}://${workerId}/` };
}
