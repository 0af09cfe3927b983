import { Socket } from 'node:net';

type Write = typeof Socket.prototype.write;

/** The request that writes records, by its number in Kafka's protocol. */
const PRODUCE = 0;

/**
 * The next produce request of this process reaches its broker, but the answer is thrown away with its connection: what a
 * network does that fails at the wrong moment. Works on whichever client, for it watches the sockets.
 */
export function cutNextProduceAnswer(): Disposable & { readonly wasCut: () => boolean } {
  const write = Reflect.get(Socket.prototype, 'write') as Write;
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  let cut = false;
  const restore = (): void => {
    Socket.prototype.write = write;
  };
  Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
    const [bytes] = args;
    if (Buffer.isBuffer(bytes) && isProduce(bytes) && !cut) {
      cut = true;
      restore();
      this.removeAllListeners('data');
      this.once('data', () => this.destroy(reset));
    }
    return Reflect.apply(write, this, args);
  } as Write;
  return { wasCut: () => cut, [Symbol.dispose]: restore };
}

/** A whole request: its length, then the number of what is asked. */
function isProduce(bytes: Buffer): boolean {
  return (
    bytes.length > 8 &&
    bytes.readInt32BE(0) === bytes.length - 4 &&
    bytes.readInt16BE(4) === PRODUCE
  );
}
