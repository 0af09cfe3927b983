/**
 * Goal: platform events are published, and event schemas are read, through REST as with Salesforce.
 * Method: jsforce, unmodified, against the REST routes of an org with an event bus.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noFaults } from '../../../sandbox/salesforce/control/ports.ts';
import { createEventBus } from '../../../sandbox/salesforce/events/event-bus.ts';
import { createApp } from '../../../sandbox/salesforce/http.ts';
import { requireSession } from '../../../sandbox/salesforce/login/session.ts';
import { makeField, parseFields } from '../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../sandbox/salesforce/org/org.ts';
import { registerRest } from '../../../sandbox/salesforce/rest/index.ts';

const org = createOrg({ seed: 9 });
const system = ['ReplayId', 'EventUuid', 'CreatedDate', 'CreatedById'];
org.addObject({
  name: 'Ready__e',
  label: 'Ready',
  labelPlural: 'Readies',
  keyPrefix: 'e00',
  kind: 'platformevent',
  changeEvents: false,
  fields: [
    ...parseFields('ReplayId | string(1000) readonly leftout\nsystem', new Set()).filter(
      ({ name }) => system.includes(name),
    ),
    makeField({ name: 'Order__c', label: 'Order', type: 'string', custom: true, nillable: false }),
    makeField({ name: 'Count__c', label: 'Count', type: 'double', custom: true }),
  ],
});
const bus = createEventBus({ org, selection: { has: () => true } });
const app = createApp();
let conn: Connection;

beforeAll(async () => {
  registerRest(app, { org, requireSession, settings: noFaults(), publisher: bus, schemas: bus });
  const instanceUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  const { accessToken } = org.openSession(org.admin.id);
  conn = new jsforce.Connection({ instanceUrl, accessToken, version: '66.0' });
});
afterAll(async () => {
  await app.close();
  bus.close();
});

const enqueued = {
  id: expect.stringMatching(/^e00/),
  success: true,
  errors: [
    {
      statusCode: 'OPERATION_ENQUEUED',
      message: expect.stringMatching(/^[0-9a-f-]{36}$/),
      fields: [],
    },
  ],
};

test('a platform event is published by an insert', async () => {
  expect(await conn.sobject('Ready__e').create({ Order__c: 'O-1', Count__c: 2 })).toEqual(enqueued);
  await expect(conn.sobject('Ready__e').create({ Count__c: 2 })).rejects.toMatchObject({
    errorCode: 'REQUIRED_FIELD_MISSING',
  });
});

test('several are published by a collection, each with its own result', async () => {
  const results = await conn.sobject('Ready__e').create([{ Order__c: 'O-2' }, { Order__c: null }]);
  expect(results).toEqual([
    enqueued,
    {
      success: false,
      errors: [expect.objectContaining({ statusCode: 'REQUIRED_FIELD_MISSING' })],
    },
  ]);
});

test('a platform event is described, and can’t be queried', async () => {
  const described = await conn.describe('Ready__e');
  expect(described).toMatchObject({ createable: true, queryable: false, updateable: false });
  await expect(async () => conn.query('SELECT Id FROM Ready__e')).rejects.toMatchObject({
    errorCode: 'INVALID_TYPE',
  });
});

test('a schema is read by the event’s name and by its id, compact and expanded', async () => {
  const byName = '/sobjects/AccountChangeEvent/eventSchema';
  const compact = await conn.request<{ uuid: string; name: string }>(
    `${byName}?payloadFormat=COMPACT`,
  );
  expect(compact).toMatchObject({ name: 'AccountChangeEvent', namespace: 'com.sforce.eventbus' });
  const byId = `/event/eventSchema/${compact.uuid}`;
  expect(await conn.request(`${byId}?payloadFormat=COMPACT`)).toEqual(compact);
  expect(await conn.request(byId)).toMatchObject({
    type: 'expanded-record',
    uuid: compact.uuid,
    fields: [
      {
        name: 'data',
        type: { fields: [{ name: 'schema' }, { name: 'payload' }, { name: 'event' }] },
      },
      { name: 'channel' },
    ],
  });
  const wrong = async (): Promise<unknown> => conn.request(`${byId}?payloadFormat=TINY`);
  await expect(wrong).rejects.toMatchObject({ errorCode: 'INVALID_INPUT' });
  const unknown = async (): Promise<unknown> => conn.request('/event/eventSchema/nope');
  await expect(unknown).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
});
