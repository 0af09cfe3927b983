/** Independent requests in one: `/composite/batch`. */
import { objectBody, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { readSubrequests, run } from './subrequests.ts';

const MAX_SUBREQUESTS = 25;

export const batchRoutes: readonly Route[] = [
  { method: 'POST', path: '/composite/batch', collection: true, handle: batch },
];

/** Each for itself; `haltOnError` leaves out what follows a failure. */
function batch(call: Call): Answer {
  const body = objectBody(call);
  const requests = readSubrequests(body['batchRequests'], 'batchRequests', MAX_SUBREQUESTS);
  let hasErrors = false;
  const results = requests.map((request) => {
    const skip = hasErrors && body['haltOnError'] === true;
    const answer = skip ? HALTED : run(call, { ...request, body: request.richInput }, call.caller);
    hasErrors ||= answer.status >= 400;
    return { statusCode: answer.status, result: answer.body ?? null };
  });
  return ok({ hasErrors, results });
}

const HALTED: Answer = {
  status: 412,
  body: [
    {
      errorCode: 'BATCH_PROCESSING_HALTED',
      message: 'Batch processing halted per request because of previous errors.',
    },
  ],
};
