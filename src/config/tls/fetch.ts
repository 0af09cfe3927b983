/** HTTP calls to others: the platform's fetch takes no certificates, so undici is loaded where there are some. */
import { clientTls, type TlsMaterial } from './tls.ts';

/** What is used of fetch, the platform's or undici's. */
export type Fetch = (
  url: string | URL,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<
  Pick<Response, 'ok' | 'status' | 'text' | 'body'> & { readonly headers: Pick<Headers, 'get'> }
>;

/** Trusts and shows what `tls` says; undefined: as the machine is set up. */
export async function fetchWith(tls: TlsMaterial | undefined): Promise<Fetch> {
  if (tls === undefined) return fetch;
  const undici = await import('undici');
  const dispatcher = new undici.Agent({ connect: clientTls(tls) });
  return (url, init) => undici.fetch(url, { ...init, dispatcher });
}

/** The same, made ready when it is first used; `tls` may be read by then only. */
export function lazyFetch(tls: TlsMaterial | (() => TlsMaterial | undefined) | undefined): Fetch {
  let fetching: Promise<Fetch> | undefined;
  return async (url, init) => {
    fetching ??= fetchWith(typeof tls === 'function' ? tls() : tls);
    return await (
      await fetching
    )(url, init);
  };
}

/** Why a call failed: fetch hides the system's reason one level down. */
export function failureOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && cause.message !== '') return cause.message;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.message : String(error);
}
