import { createServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

/** The beginning of what would be 4,096 bytes more: HTTP/2 DATA of stream 1, and a TLS record of data. */
const UNFINISHED_FRAME = Buffer.from([0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00]);
const UNFINISHED_RECORD = Buffer.from([0x17, 0x03, 0x03, 0x10, 0x00, 0x00, 0x01]);

/** A port of the service whose connections can be hurt. */
export class Listener {
  readonly #server: Server;
  readonly #credentials: ServerCredentials;
  readonly #tcp: TcpServer;
  readonly #sockets = new Set<Socket>();
  readonly #answers: () => boolean;
  /** A new one after each GOAWAY: what comes later isn't cut with what came before. */
  #entrance: ReturnType<Server['createConnectionInjector']>;

  private constructor(server: Server, credentials: ServerCredentials, answers: () => boolean) {
    this.#server = server;
    this.#credentials = credentials;
    this.#answers = answers;
    this.#entrance = server.createConnectionInjector(credentials);
    this.#tcp = createServer({ noDelay: true, pauseOnConnect: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** Port 0 takes a free one. A connection for which `answers` says no is held, and never answered. */
  static async open(
    server: Server,
    credentials: ServerCredentials,
    address: { readonly host: string; readonly port: number },
    answers: () => boolean,
  ): Promise<Listener> {
    const listener = new Listener(server, credentials, answers);
    await new Promise<void>((resolve, reject) => {
      listener.#tcp.once('error', reject);
      listener.#tcp.listen(address.port, address.host, resolve);
    });
    return listener;
  }

  get port(): number {
    return (this.#tcp.address() as AddressInfo).port;
  }

  /** Tells connections to go away, and cuts them after `graceMs`. */
  goAway(graceMs: number): void {
    const left = this.#entrance;
    this.#entrance = this.#server.createConnectionInjector(this.#credentials);
    left.drain(graceMs);
  }

  /** In the middle of a frame, or of a TLS record. */
  reset(): void {
    const unfinished = this.#credentials._isSecure() ? UNFINISHED_RECORD : UNFINISHED_FRAME;
    for (const socket of this.#sockets) {
      socket.write(unfinished, () => socket.resetAndDestroy());
    }
  }

  close(): void {
    this.#tcp.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (!this.#answers()) return;
    this.#entrance.injectConnection(socket);
    socket.resume();
  }
}
