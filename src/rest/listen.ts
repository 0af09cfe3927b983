/** The REST API on its listeners: the worker's own, and those of `admin.listeners`. */
import type { FastifyInstance } from 'fastify';
import type { ServerOptions } from 'node:https';
import type { Listener } from '../config/listeners.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { createApp, type AppOptions } from './server.ts';

export interface RestOptions extends Omit<AppOptions, 'serves' | 'https'> {
  readonly listeners: readonly Listener[];
  /** Of the https ones among them. */
  readonly https?: ServerOptions | undefined;
  /** `/admin` on listeners of its own; none of them: nowhere; undefined: on all others. */
  readonly admin?:
    | { readonly listeners: readonly Listener[]; readonly https?: ServerOptions | undefined }
    | undefined;
}

export interface Rest {
  /** Of the first listener. */
  readonly url: string;
  close(): Promise<void>;
}

interface Opening {
  readonly listener: Listener;
  readonly property: 'listeners' | 'admin.listeners';
  readonly app: FastifyInstance;
}

/** Connect's REST API and Headwater's own, listening. A port that is taken: a `config` error `rest.port`. */
export async function startRest(options: RestOptions): Promise<Rest> {
  const { listeners, https, admin, ...rest } = options;
  const serves = admin === undefined ? 'all' : 'connect';
  const appOf = (
    { scheme }: Listener,
    part: AppOptions['serves'],
    certificate: ServerOptions | undefined,
  ): FastifyInstance =>
    createApp({ ...rest, serves: part, https: scheme === 'https' ? certificate : undefined });
  const opening: readonly Opening[] = [
    ...listeners.map((listener) => ({
      listener,
      property: 'listeners' as const,
      app: appOf(listener, serves, https),
    })),
    ...(admin?.listeners ?? []).map((listener) => ({
      listener,
      property: 'admin.listeners' as const,
      app: appOf(listener, 'admin', admin?.https),
    })),
  ];
  const close = async (): Promise<void> => {
    await Promise.all(opening.map(({ app }) => app.close()));
  };
  try {
    const [url = ''] = await Promise.all(opening.map(listen));
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen({ listener, property, app }: Opening): Promise<string> {
  const { scheme, port } = listener;
  const host = listener.host === '' ? '0.0.0.0' : listener.host;
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new AppError(
      'config',
      'rest.port',
      `${property}: ${host}:${port} can't be listened on: ${messageOf(cause)}.`,
      {
        cause,
        path: property,
        suggestion: `Stop what listens there, or set ${property} to another port.`,
      },
    );
  }
  const bound = app.server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
}
