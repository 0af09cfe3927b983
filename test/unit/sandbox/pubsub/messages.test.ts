import { join } from 'node:path';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consumerEventFrame } from '../../../../sandbox/salesforce/events/consumer-event.ts';
import { encodeReplayId } from '../../../../sandbox/salesforce/events/replay-id.ts';
import { encodeFetchResponse } from '../../../../sandbox/salesforce/pubsub/messages.ts';

const proto = join(import.meta.dirname, '../../../../sandbox/salesforce/pubsub/pubsub_api.proto');
const service = loadSync(proto, { keepCase: true, defaults: true })[
  'eventbus.v1.PubSub'
] as ServiceDefinition;
const { responseDeserialize } = service['Subscribe'] as MethodDefinition<object, object>;

test('a FetchResponse made by hand reads back by the interface', () => {
  const ascii = fc.string({ maxLength: 60 });
  const event = fc.record({
    id: ascii,
    schemaId: ascii,
    payload: fc.uint8Array({ maxLength: 40_000 }),
    replayId: fc.maxSafeNat().map(encodeReplayId),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), fc.nat({ max: 100 }), (events, pending) => {
      const bytes = encodeFetchResponse({
        frames: events.map((each) => consumerEventFrame(each).frame),
        latestReplayId: encodeReplayId(77),
        rpcId: 'c604fa9c-1ee8-4d4d-8988-1244a54ee952',
        pending,
      });
      expect(responseDeserialize(bytes)).toEqual({
        events: events.map((each) => ({
          event: {
            id: each.id,
            schema_id: each.schemaId,
            payload: Buffer.from(each.payload),
            headers: [],
          },
          replay_id: each.replayId,
        })),
        latest_replay_id: encodeReplayId(77),
        rpc_id: 'c604fa9c-1ee8-4d4d-8988-1244a54ee952',
        pending_num_requested: pending,
      });
    }),
    { numRuns: 50 },
  );
});

test('the payload is found within the frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (payload) => {
      const parts = { id: 'i', schemaId: 's', payload, replayId: encodeReplayId(1) };
      const { frame, payloadAt } = consumerEventFrame(parts);
      expect(frame.subarray(payloadAt, payloadAt + payload.length)).toEqual(Buffer.from(payload));
    }),
  );
});
