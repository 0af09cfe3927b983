/** Several requests in one: `/composite`, `/composite/batch`. */
import { SalesforceError } from '../org/types.ts';
import { isObject, objectBody, ok } from './api.ts';
import type { Answer, ApiRequest, Call, Caller, Route } from './api.ts';
import { resolveReferences } from './references.ts';
import { readVersion } from './versions.ts';

const MAX_SUBREQUESTS = 25;

export const compositeRoutes: readonly Route[] = [
  { method: 'POST', path: '/composite', collection: true, handle: composite },
  { method: 'POST', path: '/composite/batch', collection: true, handle: batch },
];

interface SubAnswer extends Answer {
  readonly referenceId: string;
}

/** In order, each seeing the answers of those before it; with `allOrNone` in one transaction that a failure ends. */
function composite(call: Call): Answer {
  const body = objectBody(call);
  const requests = subrequests(body['compositeRequest'], 'compositeRequest');
  const answers = body['allOrNone'] === true ? together(call, requests) : each(call, requests);
  const compositeResponse = answers.map(({ status, body: answer, headers, referenceId }) => ({
    body: answer ?? null,
    httpHeaders: headers ?? {},
    httpStatusCode: status,
    referenceId,
  }));
  return ok({ compositeResponse });
}

function each(call: Call, requests: readonly SubRequest[]): SubAnswer[] {
  const answers = new Map<string, unknown>();
  return requests.map((request) => {
    const answer = runOne(call, request, answers, call.caller);
    if (answer.status < 300) answers.set(request.referenceId, answer.body);
    return answer;
  });
}

class Halted extends Error {
  readonly answers: SubAnswer[];
  constructor(answers: SubAnswer[]) {
    super('A part of the composite request failed.');
    this.answers = answers;
  }
}

function together(call: Call, requests: readonly SubRequest[]): SubAnswer[] {
  try {
    return call.org.transaction(call.actor, (write) => {
      const answers = new Map<string, unknown>();
      const done: SubAnswer[] = [];
      for (const [i, request] of requests.entries()) {
        const answer = runOne(call, request, answers, { ...call.caller, write });
        done.push(answer);
        if (answer.status >= 300) throw new Halted(haltAll(requests, i, answer));
        answers.set(request.referenceId, answer.body);
      }
      return done;
    });
  } catch (error) {
    if (error instanceof Halted) return error.answers;
    throw error;
  }
}

function haltAll(requests: readonly SubRequest[], failed: number, cause: SubAnswer): SubAnswer[] {
  const message =
    'The transaction was rolled back since another operation in the same transaction failed.';
  return requests.map(({ referenceId }, i) =>
    i === failed ? cause : { ...halted(message), referenceId },
  );
}

function halted(message: string): Answer {
  return { status: 400, body: [{ errorCode: 'PROCESSING_HALTED', message }] };
}

function runOne(
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

/** Each for itself; `haltOnError` leaves out what follows a failure. */
function batch(call: Call): Answer {
  const body = objectBody(call);
  let failed = false;
  const results = subrequests(body['batchRequests'], 'batchRequests').map((request) => {
    const skip = failed && body['haltOnError'] === true;
    const message = 'The batch request is halted by an error in an earlier subrequest';
    const answer = skip
      ? { ...halted(message), status: 412 }
      : run(call, { ...request, body: request.richInput }, call.caller);
    failed ||= answer.status >= 300;
    return { statusCode: answer.status, result: answer.body ?? null };
  });
  return ok({ hasErrors: failed, results });
}

interface SubRequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly richInput: unknown;
  readonly headers: ApiRequest['headers'];
}

function subrequests(json: unknown, key: string): SubRequest[] {
  if (!Array.isArray(json) || json.length === 0) {
    throw invalid(`The request needs "${key}", a list.`);
  }
  if (json.length > MAX_SUBREQUESTS) {
    throw invalid(`Limit of ${MAX_SUBREQUESTS} subrequests exceeded: ${json.length}`);
  }
  const seen = new Set<string>();
  return json.map((each: unknown) => {
    const { method, url, referenceId, body, richInput, httpHeaders } = isObject(each) ? each : {};
    if (typeof method !== 'string' || typeof url !== 'string') {
      throw invalid('A subrequest needs "method" and "url".');
    }
    const reference = typeof referenceId === 'string' ? referenceId : '';
    if (reference !== '' && seen.has(reference)) {
      throw invalid(`Duplicate referenceId: ${reference}`);
    }
    seen.add(reference);
    const headers = isObject(httpHeaders) ? lowerCased(httpHeaders) : {};
    return { method: method.toUpperCase(), url, referenceId: reference, body, richInput, headers };
  });
}

function lowerCased(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** `/services/data/v60.0/sobjects/Account` or `v60.0/sobjects/Account`. */
function run(call: Call, request: SubRequest, caller: Caller): Answer {
  const [pathname = '', search = ''] = request.url.split(/\?(.*)/s);
  const segments = pathname.replace(/^\/?(?:services\/data\/)?/, '').split('/');
  const [first = '', ...path] = segments.filter((segment) => segment !== '');
  const version = readVersion(first);
  if (version === undefined) throw invalid(`Invalid subrequest URL: ${request.url}`);
  if (path[0] === 'composite' && path[1] !== 'sobjects') {
    throw invalid('A subrequest can not be a composite request itself');
  }
  const { method, headers, body } = request;
  const sub = { method, headers, body, path: path.map(decode), query: new URLSearchParams(search) };
  return call.dispatch(sub, { ...caller, version });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', message);
}
