/** A registry's answer, read as far as a registry's may go. */
import type { Fetch } from '../config/tls/fetch.ts';
import { AppError } from '../foundation/errors.ts';

/** Schemas are kilobytes; a broker takes a record of this size only when it is told to. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Throws `config` where it is longer: then it is no registry's, and it isn't read to its end (Invariant 8). */
export async function textOf(
  response: Awaited<ReturnType<Fetch>>,
  url: string,
  about: string,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw tooLong(url, about);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function tooLong(url: string, about: string): AppError {
  const most = MAX_ANSWER_BYTES / 1_048_576;
  const message = `${url} answers more than ${most} MiB about ${about}: no schema registry does.`;
  return new AppError('config', 'registry.url', message, {
    path: 'schema.registry.url',
    suggestion: 'Check the URL and its path.',
  });
}
