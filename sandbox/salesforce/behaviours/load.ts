import type { BehaviourChapter } from './behaviour.ts';

const OWN = "the sandbox's own";
const SEED = 'test/unit/sandbox/load/seed.test.ts';
const RATE = 'test/unit/sandbox/load/rate.test.ts';
const SNAPSHOTS = 'test/integration/sandbox/load/snapshots.test.ts';
const ORGS = 'test/integration/sandbox/orgs/orgs.test.ts';
const RESTART = 'test/integration/sandbox/state/restart.test.ts';

export const load: BehaviourChapter = {
  title: 'Orgs, load and state',
  behaviours: [
    {
      name: 'Several orgs in one process, by host and by port: own id, users, records, events, limits',
      status: 'simulated',
      evidence: 'docs: My Domain',
      test: ORGS,
    },
    {
      name: 'Login at the common host: password, JWT bearer, refresh token, web server, SOAP; introspect, revoke, userinfo',
      status: 'partly',
      missing:
        "client credentials and the device flow are the first org's there; `instance_url` names a port where names below `localhost` don't resolve",
      evidence: 'docs: OAuth Authorization Flows (login.salesforce.com finds the org by the user)',
      test: ORGS,
    },
    {
      name: 'Pub/Sub API of several orgs at one address, by `tenantid`',
      status: 'simulated',
      evidence: 'docs: Pub/Sub API, Authentication',
      test: ORGS,
    },
    {
      name: 'The REST API at the common host with a token of another org',
      status: 'refused',
      missing: '401 INVALID_SESSION_ID',
      evidence: 'unverified',
      test: ORGS,
    },
    {
      name: '`--seed N`: accounts with contacts, opportunities, cases, leads, tasks; the same each time',
      status: 'simulated',
      evidence: OWN,
      test: SEED,
    },
    {
      name: '`--rate N`, `PUT /__sandbox/v1/load`: creates, updates, deletes, undeletes in transactions',
      status: 'simulated',
      evidence: OWN,
      test: RATE,
    },
    {
      name: 'Snapshots of an org, and going back to one',
      status: 'partly',
      missing:
        'in memory alone; sessions, the clock, bulk jobs and query cursors stay; events are as after a refresh: none retained, positions of before refused',
      evidence: OWN,
      test: SNAPSHOTS,
    },
    {
      name: '`--state DIR`: what was answered is there again after a kill',
      status: 'partly',
      missing:
        'Bulk jobs, query cursors, recent items, faults and streaming clients are gone after a restart, their rows and events are not',
      evidence: OWN,
      test: RESTART,
    },
    {
      name: 'Replay ids, commit numbers and record ids go on after a restart',
      status: 'simulated',
      evidence: OWN,
      test: RESTART,
    },
  ],
};
