/**
 * Conditional requests. Records and describes have `Last-Modified`, accounts an `ETag` besides; a reader who has the
 * current state gets 304, a writer who has another one 412.
 */
import { createHash } from 'node:crypto';
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, RecordValues } from '../org/types.ts';
import { headerOf } from './api.ts';
import type { Answer, ApiRequest } from './api.ts';

type Headers = Readonly<Record<string, string>>;

/** Of a record as it is now. Only accounts have entity tags. */
export function validatorsOf({ name }: ObjectDef, record: RecordValues): Headers {
  const lastModified = lastModifiedAt(Number(record['SystemModstamp'] ?? 0));
  if (name !== 'Account') return lastModified;
  const hash = createHash('sha1').update(JSON.stringify(record)).digest('base64');
  return { ...lastModified, ETag: `"${hash}--gzip"` };
}

/** `Last-Modified` of an instant, epoch ms. */
export function lastModifiedAt(ms: number): Headers {
  return { 'Last-Modified': new Date(ms).toUTCString() };
}

/** 304 without a body where the reader has what it would be answered. An entity tag goes before a date. */
export function unlessKnown(request: ApiRequest, answer: Answer): Answer {
  if (answer.status !== 200 || (request.method !== 'GET' && request.method !== 'HEAD')) {
    return answer;
  }
  const { ETag: tag, 'Last-Modified': modified } = answer.headers ?? {};
  const tags = headerOf(request, 'if-none-match');
  if (tag !== undefined && tags !== undefined) {
    return names(tags, tag) ? { status: 304, headers: answer.headers ?? {} } : answer;
  }
  const since = dateOf(request, 'if-modified-since');
  const known = modified !== undefined && since !== undefined && Date.parse(modified) <= since;
  return known ? { status: 304, headers: answer.headers ?? {} } : answer;
}

/** PRECONDITION_FAILED where the caller wants another state than these validators tell of. */
export function requireState(request: ApiRequest, validators: Headers): void {
  const { ETag: tag, 'Last-Modified': modified } = validators;
  const tags = headerOf(request, 'if-match');
  const since = dateOf(request, 'if-unmodified-since');
  const fails =
    tags !== undefined && tag !== undefined
      ? !names(tags, tag)
      : since !== undefined && modified !== undefined && Date.parse(modified) > since;
  if (!fails) return;
  const message = 'The record has changed: a precondition of the request is not met.';
  throw new SalesforceError(412, 'PRECONDITION_FAILED', message);
}

/** Whether `"a", W/"b"` has the tag; `*` has any. What compression appended doesn't count. */
function names(tags: string, tag: string): boolean {
  const plain = (text: string): string =>
    text
      .trim()
      .replace(/^W\//, '')
      .replace(/-+gzip"$/, '"');
  return tags.split(',').some((each) => each.trim() === '*' || plain(each) === plain(tag));
}

function dateOf(request: ApiRequest, name: string): number | undefined {
  const ms = Date.parse(headerOf(request, name) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
