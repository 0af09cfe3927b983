import type { BehaviourChapter } from './behaviour.ts';

const PUBSUB = 'docs: Pub/Sub API Developer Guide';

export const pubsub: BehaviourChapter = {
  title: 'Pub/Sub API (gRPC)',
  behaviours: [
    {
      name: 'GetTopic, GetSchema (former schemas too)',
      status: 'simulated',
      evidence: `${PUBSUB}; salesforce-pubsub-api-client`,
      test: 'test/integration/sandbox/pubsub-client.test.ts',
    },
    {
      name: 'Subscribe: LATEST, EARLIEST, CUSTOM, credit, keepalives with positions, idle end',
      status: 'simulated',
      evidence: `${PUBSUB}; captured traffic`,
      test: 'test/integration/sandbox/pubsub-subscribe.test.ts',
    },
    {
      name: 'Publish and PublishStream, results in order, 1 MB an event and 4 MB a request',
      status: 'simulated',
      evidence: PUBSUB,
      test: 'test/integration/sandbox/pubsub-publish.test.ts',
    },
    {
      name: 'ManagedSubscribe: commits, error recovery, its Tooling records',
      status: 'simulated',
      evidence: PUBSUB,
      test: 'test/integration/sandbox/pubsub/managed.test.ts',
    },
    {
      name: 'Error codes with `error-code` and `rpc-id` trailers',
      status: 'partly',
      missing: 'where the gRPC status of a code is not known, one is chosen (pubsub/errors.ts)',
      evidence: `${PUBSUB}; captured errors`,
      test: 'test/integration/sandbox/pubsub/faults.test.ts',
    },
    {
      name: 'Access: View All Data or the channel’s own rule, objects and fields hidden from a user',
      status: 'simulated',
      evidence: PUBSUB,
      test: 'test/integration/sandbox/pubsub/channels.test.ts',
    },
    {
      name: 'Frames of any bytes',
      status: 'simulated',
      evidence: 'fuzz',
      test: 'test/integration/sandbox/pubsub/fuzz.test.ts',
    },
  ],
};
