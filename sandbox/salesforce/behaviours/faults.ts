import { FAULT_NAMES, specOf } from '../faults/registry.ts';
import type { FaultName } from '../faults/registry.ts';
import type { FaultSpec } from '../faults/spec.ts';
import type { Behaviour, BehaviourChapter } from './behaviour.ts';

const LIVE = 'test/integration/sandbox/faults';
const OWN = "the sandbox's own: Salesforce has no such thing";

const TESTS: Readonly<Record<FaultSpec['api'], string>> = {
  HTTP: `${LIVE}/http.test.ts`,
  REST: `${LIVE}/limits.test.ts`,
  Login: `${LIVE}/limits.test.ts`,
  Bulk: `${LIVE}/bulk.test.ts`,
  'Pub/Sub': `${LIVE}/pubsub.test.ts`,
  Streaming: 'test/integration/sandbox/streaming/bayeux.test.ts',
  Events: `${LIVE}/events.test.ts`,
  Org: `${LIVE}/events.test.ts`,
};

const OTHER_TESTS: Partial<Record<FaultName, string>> = {
  serviceUnavailable: `${LIVE}/http.test.ts`,
  requestLimitExceeded: `${LIVE}/http.test.ts`,
  requestRate: 'test/unit/sandbox/faults/board.test.ts',
  unableToLockRow: 'test/integration/sandbox/rest/refusals.test.ts',
  collectionsIgnoreCallOptions: 'test/integration/sandbox/rest/records.test.ts',
  loginUnavailable: 'test/integration/bad-days/org.test.ts',
  'pubsub.failures': 'test/integration/sandbox/pubsub/faults.test.ts',
  'pubsub.cut': 'test/integration/sandbox/pubsub/faults.test.ts',
  'pubsub.unavailable': 'test/integration/sandbox/pubsub-subscribe.test.ts',
  'pubsub.refuseOverflow': 'test/integration/sandbox/pubsub-subscribe.test.ts',
  'pubsub.deliveryLimitExceeded': 'test/integration/sandbox/pubsub-subscribe.test.ts',
  'pubsub.silent': 'test/integration/sandbox/pubsub-subscribe.test.ts',
  'streaming.unknownClient': 'test/integration/sandbox/streaming/jsforce.test.ts',
  'events.repeat': 'test/integration/sandbox/control.test.ts',
};

const MISSING: Partial<Record<FaultName, string>> = {
  connectionReset: 'over TLS the connection is closed without a goodbye, not reset',
  halfOpen: 'the request is what is never answered: a TLS connection has been made by then',
  maintenance: "the page is as short as it can be, Salesforce's has its own layout",
  'pubsub.halfOpen': 'connections that are open already: `pubsub.silent` keeps events from them',
  'events.reorder':
    'an event that is held is lost by a `kill -9`, and is in no order with change events',
  'events.deliveryAllocation':
    'an answer of CometD that is on its way is finished, beyond what is left',
  'org.release': 'after another start with the same folder it is the first release again',
};

function behaviourOf(name: FaultName): Behaviour {
  const { summary, evidence, api } = specOf(name);
  const missing = MISSING[name];
  return {
    name: `Fault \`${name}\`: ${summary}`,
    status: missing === undefined ? 'simulated' : 'partly',
    ...(missing === undefined ? {} : { missing }),
    evidence,
    test: OTHER_TESTS[name] ?? TESTS[api],
  };
}

/** Made of the registry of faults. */
export const faults: BehaviourChapter = {
  title: 'Faults on request',
  behaviours: [
    {
      name: '`PUT /__sandbox/v1/faults`, scenario files (`--scenario`) and `headwater sandbox faults`: from one registry; counts are exact, chance and jitter follow a seed',
      status: 'simulated',
      evidence: OWN,
      test: 'test/unit/sandbox/faults/registry.test.ts',
    },
    {
      name: 'Scenario: steps at a time, after requests or events; JSON Schema in `sandbox/salesforce/faults/scenario.schema.json`',
      status: 'simulated',
      evidence: OWN,
      test: 'test/unit/sandbox/faults/scenario.test.ts',
    },
    {
      name: "Headwater's own source under a scenario of latency, resets, GOAWAY, revoked tokens and 503",
      status: 'simulated',
      evidence: OWN,
      test: `${LIVE}/connector.test.ts`,
    },
    {
      name: 'Change events twice, or out of the order of commits',
      status: 'refused',
      missing: '400 INVALID_INPUT: there is no such fault, for Salesforce promises their order',
      evidence: 'docs: Change Data Capture Developer Guide, Change Event Storage and Delivery',
      test: `${LIVE}/events.test.ts`,
    },
    ...FAULT_NAMES.map(behaviourOf),
  ],
};
