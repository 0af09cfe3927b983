import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { FastifyReply } from 'fastify';

/** How often a slow body moves on. */
const TICK_MS = 50;

/** What a browser, and a client that asked for JSON, is shown while an instance is down. */
export const MAINTENANCE_PAGE = `<!DOCTYPE html>
<html lang="en">
<head><title>Down for Maintenance</title></head>
<body>
<h1>We are down for maintenance.</h1>
<p>Sorry for the inconvenience. We'll be back shortly.</p>
</body>
</html>
`;

/** Over TLS there is no reset from here: the connection is closed without TLS's goodbye. */
export function resetConnection(socket: Socket | null): void {
  if (socket === null || socket.destroyed) return;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** 500 with the body that Salesforce has for what it can't explain. */
export function unknownError(reply: FastifyReply): string {
  void reply.code(500).header('Content-Type', 'application/json;charset=UTF-8');
  for (const name of ['content-encoding', 'content-length', 'location']) reply.removeHeader(name);
  const message =
    'An unexpected error occurred. Please include this ErrorId if you contact support: 1452464078-314667 (-1173371248)';
  return JSON.stringify([{ message, errorCode: 'UNKNOWN_EXCEPTION' }]);
}

/** The length of all is announced where it is known, half of it sent, and the connection reset. */
export function halfThenReset(reply: FastifyReply, payload: unknown): Readable {
  const whole = bytesOf(payload);
  if (whole !== undefined) reply.header('Content-Length', whole.length);
  return Readable.from(halfOf(reply, whole, payload));
}

async function* halfOf(
  reply: FastifyReply,
  whole: Buffer | undefined,
  payload: unknown,
): AsyncGenerator<Buffer> {
  if (whole !== undefined) yield whole.subarray(0, Math.floor(whole.length / 2));
  else {
    for await (const piece of payload as Readable) {
      const bytes = Buffer.from(piece as Uint8Array | string);
      yield bytes.subarray(0, Math.ceil(bytes.length / 2));
      break;
    }
  }
  // What was written has to reach the wire first.
  await after(TICK_MS);
  resetConnection(reply.raw.socket);
}

/** The same body, so many bytes a second. */
export function trickle(payload: unknown, bytesPerSecond: number, signal: AbortSignal): unknown {
  if (payload === undefined || payload === null || payload === '') return payload;
  return Readable.from(slowly(payload, bytesPerSecond, signal));
}

async function* slowly(
  payload: unknown,
  bytesPerSecond: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const size = Math.max(1, Math.round((bytesPerSecond * TICK_MS) / 1000));
  const whole = bytesOf(payload);
  const pieces = whole === undefined ? (payload as Readable) : [whole];
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece as Uint8Array | string);
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      await after((part.length / bytesPerSecond) * 1000, undefined, { signal });
      yield part;
    }
  }
}

/** Undefined where it is a stream. */
function bytesOf(payload: unknown): Buffer | undefined {
  if (typeof payload === 'string') return Buffer.from(payload);
  if (payload instanceof Uint8Array) return Buffer.from(payload);
  return payload instanceof Readable ? undefined : Buffer.alloc(0);
}
