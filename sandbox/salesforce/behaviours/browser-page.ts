import type { BehaviourChapter } from './behaviour.ts';

const API = 'test/integration/sandbox/page/api.test.ts';
const BROWSER = 'test/integration/sandbox/page/browser.test.ts';
const OWN = "the sandbox's own: Salesforce has no such thing";

export const browserPage: BehaviourChapter = {
  title: 'Page and what it shows',
  behaviours: [
    {
      name: '`GET /` by a browser (`Accept: text/html`): the page, by itself without any network',
      status: 'simulated',
      evidence: OWN,
      test: BROWSER,
    },
    {
      name: '`GET /` by other programs',
      status: 'refused',
      missing: '404 NOT_FOUND, as for any address that is none',
      evidence: 'unverified',
      test: API,
    },
    {
      name: 'Records by `/__sandbox/v1/objects` and `/records`: listed, written by the org’s rules as the administrator in the user interface',
      status: 'simulated',
      evidence: OWN,
      test: API,
    },
    {
      name: 'Live events by `/__sandbox/v1/events` (server-sent events), decoded',
      status: 'partly',
      missing: 'for people: more than 200 events a second are counted, not shown',
      evidence: OWN,
      test: 'test/unit/sandbox/page/event-feed.test.ts',
    },
    {
      name: 'Request log by `/__sandbox/v1/requests`: method, path, status, time, client; without secrets',
      status: 'partly',
      missing: 'the newest 1,000; of a Pub/Sub stream that it opened and how it failed',
      evidence: OWN,
      test: 'test/unit/sandbox/page/request-log.test.ts',
    },
    {
      name: 'Lightning and Classic pages, `/lightning/…`, a record’s page at `/ID`',
      status: 'refused',
      missing: '404 NOT_FOUND',
      evidence: 'unverified',
      test: API,
    },
  ],
};
