/** Several composite requests in one, each a transaction of its own: `/composite/graph`. */
import { isObject, objectBody, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { compositeBody, together } from './composite.ts';
import { FAILED, invalid, pathOf, readNamedSubrequests } from './subrequests.ts';
import type { SubRequest } from './subrequests.ts';

const MAX_GRAPHS = 75;
/** Subrequests of all graphs. */
const MAX_NODES = 500;

export const graphRoutes: readonly Route[] = [
  { method: 'POST', path: '/composite/graph', collection: true, handle: graphs },
];

interface Graph {
  readonly graphId: string;
  readonly requests: readonly SubRequest[];
}

/** A graph that fails leaves nothing behind, and the others as they are. */
function graphs(call: Call): Answer {
  const read = readGraphs(objectBody(call)['graphs']);
  const answered = read.map(({ graphId, requests }) => {
    const answers = together(call, requests);
    return {
      graphId,
      graphResponse: compositeBody(answers),
      isSuccessful: answers.every(({ status }) => status < FAILED),
    };
  });
  return ok({ graphs: answered });
}

function readGraphs(json: unknown): Graph[] {
  if (!Array.isArray(json) || json.length === 0) {
    throw invalid('The request needs "graphs", a list.');
  }
  if (json.length > MAX_GRAPHS) throw invalid(`Limit of ${MAX_GRAPHS} graphs exceeded`);
  const seen = new Set<string>();
  let nodes = 0;
  return json.map((each: unknown) => {
    const { graphId, compositeRequest } = isObject(each) ? each : {};
    if (typeof graphId !== 'string' || graphId === '') throw invalid('A graph needs a "graphId".');
    if (seen.has(graphId)) throw invalid(`Duplicate graphId: ${graphId}`);
    seen.add(graphId);
    const requests = readNamedSubrequests(compositeRequest, MAX_NODES);
    nodes += requests.length;
    if (nodes > MAX_NODES) throw invalid(`Limit of ${MAX_NODES} nodes exceeded`);
    const other = requests.find(({ url }) => pathOf(url).path[0] !== 'sobjects');
    if (other !== undefined) throw invalid(`A node of a graph has to be a record: ${other.url}`);
    return { graphId, requests };
  });
}
