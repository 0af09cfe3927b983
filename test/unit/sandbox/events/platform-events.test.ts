import avsc from 'avsc';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { eventSchemaOf } from '../../../../sandbox/salesforce/events/event-schema.ts';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { payloadOf } from '../../../../sandbox/salesforce/events/event-log.ts';
import type { LoggedEvent } from '../../../../sandbox/salesforce/events/event-log.ts';
import { payloadProblem } from '../../../../sandbox/salesforce/events/payload-check.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { ORDER_EVENT } from '../../../support/pubsub.ts';

const org = createOrg({ seed: 1 });
org.addObject(ORDER_EVENT);
const { columns, json, id: schemaId } = eventSchemaOf(ORDER_EVENT);
const type = avsc.Type.forSchema(JSON.parse(json) as avsc.Schema);
const actor = { userId: '005Hw0000000001IAA', origin: '' };

let bus: EventBus;
beforeEach(() => {
  bus = createEventBus({ org, selection: { has: () => true }, settings: { maxEventBytes: 500 } });
});

function last(): LoggedEvent | undefined {
  const cursor = bus.log.earliest();
  let found: LoggedEvent | undefined;
  for (;;) {
    const event = bus.log.next(cursor, () => true);
    if (event === undefined) return found;
    found = event;
  }
}

test('publishing makes an event with the time and the publisher', () => {
  const { id, eventUuid } = bus.publish(
    'Order_Event__e',
    { Order_Id__c: 'O-1', Units__c: 2 },
    actor,
  );
  const event = last();
  expect(event).toMatchObject({ topic: '/event/Order_Event__e', id: eventUuid, schemaId });
  expect(id).toMatch(/^e00\w{15}$/);
  if (event === undefined) throw new Error('no event');
  expect(type.fromBuffer(payloadOf(event))).toMatchObject({
    CreatedById: actor.userId,
    Order_Id__c: 'O-1',
    Units__c: 2,
  });
});

test('publishing is refused for what is no platform event, or a field it has not', () => {
  expect(() => bus.publish('Account', {}, actor)).toThrow('does not exist');
  expect(() => bus.publish('Order_Event__e', { Nothing__c: 1 }, actor)).toThrow('Nothing__c');
});

test('an encoded event is taken as it is', () => {
  const payload = type.toBuffer({
    CreatedDate: 1,
    CreatedById: 'x',
    Order_Id__c: null,
    Units__c: 1,
  });
  bus.platformEvents.publishEncoded({ entity: 'Order_Event__e', id: 'mine', schemaId, payload });
  expect(last()).toMatchObject({ id: 'mine', schemaId });
});

test('an encoded event is refused with the reason', () => {
  const publish =
    (payload: Buffer, schema = schemaId) =>
    () =>
      bus.platformEvents.publishEncoded({
        entity: 'Order_Event__e',
        id: '',
        schemaId: schema,
        payload,
      });
  expect(publish(Buffer.from([2, 2]))).toThrow('ends within CreatedById');
  expect(publish(Buffer.alloc(4), 'unknown')).toThrow('"unknown" is none of Order_Event__e');
  expect(publish(Buffer.alloc(501))).toThrow('501 bytes; 500 are allowed');
});

test('a payload fits exactly when avsc can read all of it', () => {
  const value = fc.record({
    CreatedDate: fc.integer(),
    CreatedById: fc.string(),
    Order_Id__c: fc.option(fc.string()),
    Units__c: fc.option(fc.double()),
  });
  fc.assert(
    fc.property(value, fc.integer({ min: -3, max: 3 }), (fields, change) => {
      const whole = type.toBuffer(fields);
      const cut =
        change < 0 ? whole.subarray(0, change) : Buffer.concat([whole, Buffer.alloc(change)]);
      const problem = payloadProblem(columns, cut);
      if (change === 0) expect(problem).toBeUndefined();
      else expect(problem).toMatch(/ends within|left over/);
    }),
  );
});

test('repeated events have the same ids and contents, and replay ids of their own', () => {
  for (const Units__c of [1, 2, 3]) bus.publish('Order_Event__e', { Units__c }, actor);
  const before = bus.log.latest();
  expect(bus.repeatPlatformEvents(2)).toBe(2);
  const repeated = [0, 1].map(() => bus.log.next(before, () => true));
  const [third, second] = [repeated[1], repeated[0]];
  const originals = bus.log.newest(5, () => true).slice(1, 3);
  expect([second?.id, third?.id]).toEqual(originals.map((event) => event.id));
  originals.forEach((event, at) => {
    const again = repeated[at];
    if (again === undefined) throw new Error('not repeated');
    expect(payloadOf(again)).toEqual(payloadOf(event));
    expect(again.sequence).toBeGreaterThan(originals[1]?.sequence ?? Number.NaN);
  });
});
