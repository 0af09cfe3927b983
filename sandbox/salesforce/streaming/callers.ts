import type { User } from '../org/types.ts';
import type { StreamingClient } from './client.ts';
import type { Clients } from './clients.ts';
import { ERRORS, missingCookie, Refusal } from './errors.ts';
import { failed, GIVE_UP, SHAKE_HANDS, textOf, TRY_AGAIN } from './messages.ts';
import type { Advice, BayeuxRequest, Message } from './messages.ts';
import type { Sessions } from './sessions.ts';

/** Whose message it is; and what they are told, and what becomes of their client, where it is refused. */
export class Callers {
  readonly #clients: Clients;
  readonly #sessions: Sessions;
  readonly #maxIntervalMs: number;

  constructor(clients: Clients, sessions: Sessions, maxIntervalMs: number) {
    this.#clients = clients;
    this.#sessions = sessions;
    this.#maxIntervalMs = maxIntervalMs;
  }

  /** Answers in the client's name, or with a refusal. */
  async serve(
    message: Message,
    request: BayeuxRequest,
    work: (client: StreamingClient, user: User) => readonly string[] | Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    let client: StreamingClient | undefined;
    try {
      client = this.#clientOf(message, request);
      return await work(client, this.#sessions.check(client, request.token));
    } catch (error) {
      if (error instanceof Refusal) return [this.#refuse(message, error.message, client)];
      throw error;
    }
  }

  #clientOf(message: Message, request: BayeuxRequest): StreamingClient {
    if (request.refused !== undefined) throw new Refusal(request.refused);
    const id = textOf(message['clientId']);
    if (id === undefined) throw new Refusal(ERRORS.noHandshake);
    const client = this.#clients.find(id);
    if (client === undefined) throw new Refusal(ERRORS.unknownClient);
    if (request.lacksCookie === undefined) return client;
    throw new Refusal(missingCookie(id, request.lacksCookie));
  }

  #refuse(message: Message, error: string, client: StreamingClient | undefined): string {
    const isGone = error === ERRORS.unknownClient;
    if (client !== undefined && (isGone || error === ERRORS.authenticationInvalid)) {
      this.#clients.remove(client);
    } else if (message['channel'] === '/meta/connect') {
      client?.expectConnect(this.#maxIntervalMs);
    }
    const { subscription } = message;
    return failed(message, error, {
      ...(error === ERRORS.busy ? { ext: { sfdc: { failureReason: error } } } : {}),
      ...(client === undefined || isGone ? {} : { clientId: client.id }),
      ...(subscription === undefined ? {} : { subscription }),
      ...adviceOn(error, message),
    });
  }
}

/** Without advice a client takes what it was told last. */
function adviceOn(error: string, { channel }: Message): { readonly advice?: Advice } {
  const unknown = error === ERRORS.unknownClient || error === ERRORS.noHandshake;
  if (unknown) return { advice: SHAKE_HANDS };
  if (error.startsWith('401:') || error === ERRORS.otherUser) return { advice: GIVE_UP };
  if (channel !== '/meta/connect') return {};
  return { advice: error === ERRORS.busy || error === ERRORS.tooManyEvents ? TRY_AGAIN : GIVE_UP };
}
