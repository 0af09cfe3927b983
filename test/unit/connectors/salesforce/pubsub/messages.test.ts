/**
 * Goal: the hand-written reader takes what any Protocol Buffers writer writes.
 * Method: proto-loader's serializer of the same service as the other side; fields it doesn't know; cut messages.
 */
import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import { array, assert as check, nat, property, record, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeFetch,
  decodeSchema,
  decodeTopic,
  encodeFetch,
} from '../../../../../connectors/salesforce/pubsub/messages.ts';

const proto = join(
  import.meta.dirname,
  '../../../../../sandbox/salesforce/pubsub/pubsub_api.proto',
);
interface Method {
  requestDeserialize(bytes: Buffer): Record<string, unknown>;
  responseSerialize(value: object): Buffer;
}
const methods = loadSync(proto, { keepCase: true, enums: String, defaults: true })[
  'eventbus.v1.PubSub'
] as unknown as Readonly<Record<'Subscribe' | 'GetTopic' | 'GetSchema', Method>>;

describe('responses', () => {
  test('events are read as they were written', () => {
    const event = record({
      event: record({ id: string(), schema_id: string(), payload: uint8Array({ maxLength: 400 }) }),
      replay_id: uint8Array({ maxLength: 12 }),
    });
    const response = record({
      events: array(event, { maxLength: 8 }),
      latest_replay_id: uint8Array({ maxLength: 12 }),
      rpc_id: string(),
      pending_num_requested: nat(),
    });
    const cases = property(response, (sent) => {
      const read = decodeFetch(methods.Subscribe.responseSerialize(sent));
      expect(read.pending).toBe(sent.pending_num_requested);
      expect([...read.latestReplayId]).toEqual([...sent.latest_replay_id]);
      expect(
        read.events.map(({ id, schemaId, payload, replayId }) => ({
          event: { id, schema_id: schemaId, payload: new Uint8Array(payload) },
          replay_id: new Uint8Array(replayId),
        })),
      ).toEqual(sent.events);
    });
    check(cases, { numRuns: 200 });
  });

  test('fields of a later version are passed over', () => {
    const known = methods.GetTopic.responseSerialize({
      topic_name: '/data/X',
      can_subscribe: true,
    });
    // Fields 100 to 103: a number, 8 bytes, a text, 4 bytes.
    const later = Buffer.from(
      'a006ff01' + 'a1060000000000000000' + 'aa0602abcd' + 'b50600000000',
      'hex',
    );
    expect(
      decodeTopic(Buffer.concat([later.subarray(0, 4), later.subarray(14, 19), known])),
    ).toEqual({
      topic: '/data/X',
      canSubscribe: true,
      schemaId: '',
    });
  });

  test('a message that is cut short is an error, never a shorter event', () => {
    const whole = methods.Subscribe.responseSerialize({
      events: [
        { event: { schema_id: 's', payload: Buffer.alloc(50, 7) }, replay_id: Buffer.alloc(10) },
      ],
    });
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => decodeFetch(whole.subarray(0, length))).toThrow(RangeError);
    }
  });

  test('a schema is its JSON and its id', () => {
    const sent = { schema_json: '{"type":"record"}', schema_id: 'abc' };
    const read = decodeSchema(methods.GetSchema.responseSerialize(sent));
    expect(read).toEqual({ json: sent.schema_json, schemaId: 'abc' });
  });
});

describe('requests', () => {
  test('the first one says from where, later ones only how many', () => {
    const replayId = Buffer.from('AAAAAAAXkFAAAA==', 'base64');
    const first = encodeFetch('/data/ChangeEvents', { preset: 'CUSTOM', replayId }, 100);
    expect(methods.Subscribe.requestDeserialize(first)).toMatchObject({
      topic_name: '/data/ChangeEvents',
      replay_preset: 'CUSTOM',
      replay_id: replayId,
      num_requested: 100,
    });
    const later = methods.Subscribe.requestDeserialize(encodeFetch('/data/X', undefined, 300));
    expect(later).toMatchObject({ topic_name: '', num_requested: 300 });
  });
});
