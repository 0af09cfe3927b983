/** What a worker of the group asks its leader, signed with the group's key (KIP-507). */
import type { Fetch } from '../../config/tls/fetch.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { SessionKey } from '../../storage/config-state.ts';
import { signed } from './session-keys.ts';

/** Fencing may take a while; as Connect waits for a request to another worker. */
const REQUEST_TIMEOUT_MS = 90_000;

export interface LeaderRequest {
  readonly method: 'POST' | 'PUT';
  /** `connectors/x/fence`. */
  readonly path: string;
  /** JSON. */
  readonly body?: string | undefined;
}

export interface Leader {
  readonly leaderUrl: string | undefined;
  readonly session: SessionKey | undefined;
  /** As the worker's TLS settings have it; default: Node's own. */
  readonly fetch?: Fetch | undefined;
}

/** Throws `retriable` where the leader isn't known, doesn't answer, or refuses. */
export async function askLeader(
  { method, path, body }: LeaderRequest,
  { leaderUrl, session, fetch: ask = fetch }: Leader,
  signal: AbortSignal,
): Promise<void> {
  if (leaderUrl === undefined || session === undefined) throw notNow('is not known yet');
  let answer: Awaited<ReturnType<Fetch>>;
  try {
    answer = await ask(new URL(path, leaderUrl), {
      method,
      headers: {
        ...signed(body ?? '', session),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
  } catch (cause) {
    throw notNow(`doesn't answer (${messageOf(cause)})`, cause);
  }
  const text = await answer.text();
  if (!answer.ok) throw notNow(`answered ${answer.status}: ${text.slice(0, 500)}`);
}

function notNow(what: string, cause?: unknown): AppError {
  return new AppError('retriable', 'herder.leader', `The group's leader ${what}.`, { cause });
}
