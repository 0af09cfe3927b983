import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { constants } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';

const STARTED = 'http2.server.stream.start';

/** HTTP/2's reasons for a reset, by name. */
const REASONS = {
  NO_ERROR: constants.NGHTTP2_NO_ERROR,
  INTERNAL_ERROR: constants.NGHTTP2_INTERNAL_ERROR,
  REFUSED_STREAM: constants.NGHTTP2_REFUSED_STREAM,
  CANCEL: constants.NGHTTP2_CANCEL,
  ENHANCE_YOUR_CALM: constants.NGHTTP2_ENHANCE_YOUR_CALM,
} as const;
export type ResetReason = keyof typeof REASONS;

/** The HTTP/2 streams of some ports of this process, which the gRPC library doesn't hand out. */
export class OpenStreams implements Disposable {
  readonly #streams = new Set<ServerHttp2Stream>();
  readonly #isOurs: (port: number) => boolean;

  constructor(isOurs: (port: number) => boolean) {
    this.#isOurs = isOurs;
    subscribe(STARTED, this.#onStart);
  }

  /** Ends all of them by RST_STREAM. */
  reset(reason: ResetReason): void {
    for (const stream of this.#streams) stream.close(REASONS[reason]);
  }

  [Symbol.dispose](): void {
    unsubscribe(STARTED, this.#onStart);
  }

  readonly #onStart = (message: unknown): void => {
    const { stream } = message as { readonly stream: ServerHttp2Stream };
    if (!this.#isOurs(stream.session?.socket.localPort ?? -1)) return;
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
  };
}
