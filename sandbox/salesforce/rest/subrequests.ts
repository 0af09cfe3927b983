/** Requests inside a request: how `/composite`, `/composite/batch` and `/composite/graph` write them, and run them. */
import { SalesforceError } from '../org/types.ts';
import { isObject } from './api.ts';
import type { Answer, ApiRequest, Call, Caller } from './api.ts';
import { refusal } from './refusal.ts';
import { resolveReferences } from './references.ts';
import { Versions } from './versions.ts';

export interface SubRequest {
  readonly method: string;
  readonly url: string;
  /** Empty where none is given, as in batches. */
  readonly referenceId: string;
  readonly body: unknown;
  readonly richInput: unknown;
  readonly headers: ApiRequest['headers'];
}

export interface SubAnswer extends Answer {
  readonly referenceId: string;
}

/** From here on an answer is a failure; what it has isn't referred to. */
export const FAILED = 300;

/** Reads a list of subrequests; `key` is its name in the body. */
export function readSubrequests(json: unknown, key: string, max: number): SubRequest[] {
  if (!Array.isArray(json) || json.length === 0) {
    throw invalid(`The request needs "${key}", a list.`);
  }
  if (json.length > max) throw invalid(`Limit of ${max} subrequests exceeded: ${json.length}`);
  return json.map((each: unknown) => {
    const { method, url, referenceId, body, richInput, httpHeaders } = isObject(each) ? each : {};
    if (typeof method !== 'string' || typeof url !== 'string') {
      throw invalid('A subrequest needs "method" and "url".');
    }
    return {
      method: method.toUpperCase(),
      url,
      referenceId: typeof referenceId === 'string' ? referenceId : '',
      body,
      richInput,
      headers: isObject(httpHeaders) ? lowerCased(httpHeaders) : {},
    };
  });
}

/** Those that refer to each other: every one has a `referenceId` of its own. */
export function readNamedSubrequests(json: unknown, max: number): SubRequest[] {
  const requests = readSubrequests(json, 'compositeRequest', max);
  const seen = new Set<string>();
  for (const { referenceId } of requests) {
    if (referenceId === '') throw invalid('A subrequest needs a "referenceId".');
    if (seen.has(referenceId)) throw invalid(`Duplicate referenceId: ${referenceId}`);
    seen.add(referenceId);
  }
  return requests;
}

/** With what it refers to put in; PROCESSING_HALTED where that isn't there. */
export function runNamed(
  call: Call,
  request: SubRequest,
  answers: ReadonlyMap<string, unknown>,
  caller: Caller,
): SubAnswer {
  const { referenceId } = request;
  try {
    const url = String(resolveReferences(request.url, answers));
    const body = resolveReferences(request.body, answers);
    return { ...run(call, { ...request, url, body }, caller), referenceId };
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { ...halted(error.message), referenceId };
  }
}

/** Of `/services/data/v60.0/sobjects/Account` or `v60.0/sobjects/Account`; a refusal is an answer too. */
export function run(call: Call, request: SubRequest, caller: Caller): Answer {
  const [pathname = '', search = ''] = request.url.split(/\?(.*)/s);
  const { first, path } = pathOf(pathname);
  const version = Versions.of(call.api.org).read(first);
  if (version === undefined) return refusal(invalid(`Invalid subrequest URL: ${request.url}`));
  if (path[0] === 'composite' && path[1] !== 'sobjects') {
    return refusal(invalid('A subrequest can not be a composite request itself'));
  }
  const { method, headers, body } = request;
  return call.dispatch(
    { method, headers, body, path: path.map(decode), query: new URLSearchParams(search) },
    { ...caller, version },
  );
}

/** `v60.0` of a subrequest's address, and the resource after it. */
export function pathOf(url: string): { first: string; path: readonly string[] } {
  const [pathname = ''] = url.split('?');
  const segments = pathname.replace(/^\/?(?:services\/data\/)?/, '').split('/');
  const [first = '', ...path] = segments.filter((segment) => segment !== '');
  return { first, path };
}

export function halted(message: string): Answer {
  return { status: 400, body: [{ errorCode: 'PROCESSING_HALTED', message }] };
}

export function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', message);
}

function lowerCased(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
