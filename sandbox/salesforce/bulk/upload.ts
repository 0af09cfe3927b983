/** Data that clients send. */
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { SalesforceError } from '../org/types.ts';
import { unreadableUpload, uploadTooLarge } from './errors.ts';

/** Pieces are at most this large, so that they can be given up as they are read. */
const PIECE_BYTES = 64 * 1024;

export interface Received {
  readonly pieces: Buffer[];
  readonly bytes: number;
}

/** Reads all of it, unpacked. Of what is too large the rest is read and dropped, for the client to get an answer. */
export async function receive(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Received> {
  const source = unpacked(body, encoding);
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      const piece = chunk as Buffer;
      bytes += piece.length;
      if (bytes > maxBytes) throw uploadTooLarge(maxBytes);
      pieces.push(...inPieces(piece));
    }
  } catch (error) {
    source.resume();
    if (error instanceof SalesforceError) throw error;
    throw unreadableUpload(error instanceof Error ? error.message : String(error));
  }
  return { pieces, bytes };
}

export function inPieces(data: Buffer): Buffer[] {
  if (data.length <= PIECE_BYTES) return [data];
  return Array.from({ length: Math.ceil(data.length / PIECE_BYTES) }, (_, i) =>
    data.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES),
  );
}

function unpacked(body: Readable, encoding: string | undefined): Readable {
  const name = encoding?.trim().toLowerCase();
  if (name === undefined || name === '' || name === 'identity') return body;
  if (name !== 'gzip' && name !== 'deflate') throw unreadableUpload(`Content-Encoding ${name}`);
  return pipeline(body, name === 'gzip' ? createGunzip() : createInflate(), () => undefined);
}

/** `job` and `content` of multipart/form-data. */
export async function readMultipart(
  data: Buffer,
  contentType: string,
): Promise<{ readonly job: unknown; readonly content: string }> {
  let parts;
  try {
    parts = await new Response(new Uint8Array(data), {
      headers: { 'Content-Type': contentType },
    }).formData();
  } catch (error) {
    throw unreadableUpload(error instanceof Error ? error.message : String(error));
  }
  const text = async (name: string): Promise<string> => {
    const part = parts.get(name);
    if (part === null) throw unreadableUpload(`The part "${name}" is missing`);
    return typeof part === 'string' ? part : part.text();
  };
  const job = await text('job');
  try {
    return { job: JSON.parse(job), content: await text('content') };
  } catch (error) {
    if (error instanceof SalesforceError) throw error;
    const message = `${error instanceof Error ? error.message : 'unreadable'} at [line:1, column:1]`;
    throw new SalesforceError(400, 'JSON_PARSER_ERROR', message);
  }
}
