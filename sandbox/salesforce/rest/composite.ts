/** Several requests in one, each of which may refer to the answers of those before it: `/composite`. */
import { objectBody, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { FAILED, halted, invalid, pathOf, readNamedSubrequests, runNamed } from './subrequests.ts';
import type { SubAnswer, SubRequest } from './subrequests.ts';

const MAX_SUBREQUESTS = 25;
/** Of them: queries and collections. */
const MAX_BIG = 5;

export const compositeRoutes: readonly Route[] = [
  { method: 'GET', path: '/composite', handle: resources },
  { method: 'POST', path: '/composite', collection: true, handle: composite },
];

function resources({ version }: Call): Answer {
  const names = ['tree', 'batch', 'sobjects', 'graph'];
  const url = `/services/data/v${version}/composite`;
  return ok(Object.fromEntries(names.map((name) => [name, `${url}/${name}`])));
}

/**
 * In order; with `allOrNone` in one transaction that a failure ends. `collateSubrequests` lets Salesforce work off
 * some of them together, which leaves the same answers, so that it is taken and nothing follows from it.
 */
function composite(call: Call): Answer {
  const body = objectBody(call);
  const requests = readNamedSubrequests(body['compositeRequest'], MAX_SUBREQUESTS);
  if (requests.filter(isBig).length > MAX_BIG) {
    throw invalid(`Limit of ${MAX_BIG} queries and collections in a composite request exceeded`);
  }
  const answers = body['allOrNone'] === true ? together(call, requests) : each(call, requests);
  return ok(compositeBody(answers));
}

function isBig({ url }: SubRequest): boolean {
  const { path } = pathOf(url);
  return path[0] === 'query' || path[0] === 'queryAll' || path[0] === 'composite';
}

export function compositeBody(answers: readonly SubAnswer[]): object {
  const compositeResponse = answers.map(({ status, body, headers, referenceId }) => ({
    body: body ?? null,
    httpHeaders: headers ?? {},
    httpStatusCode: status,
    referenceId,
  }));
  return { compositeResponse };
}

function each(call: Call, requests: readonly SubRequest[]): SubAnswer[] {
  const answers = new Map<string, unknown>();
  return requests.map((request) => {
    const answer = runNamed(call, request, answers, call.caller);
    if (answer.status < FAILED) answers.set(request.referenceId, answer.body);
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

/** All in one transaction: the first failure undoes it, and is the only answer of its own. */
export function together(call: Call, requests: readonly SubRequest[]): SubAnswer[] {
  try {
    return call.org.transaction(call.actor, (write) => {
      const answers = new Map<string, unknown>();
      const done: SubAnswer[] = [];
      for (const [i, request] of requests.entries()) {
        const answer = runNamed(call, request, answers, { ...call.caller, write });
        done.push(answer);
        if (answer.status >= FAILED) throw new Halted(haltAll(requests, i, answer));
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
