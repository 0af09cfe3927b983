/** Merges, conversions, locks and duplicate rules of a running sandbox, by its control API, and what REST says then. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 1 });
});

afterAll(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(sandbox.http + path, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

const control = (path: string, body: object): Promise<Answer> =>
  call('POST', `/__sandbox/v1/${path}`, body);
const REST = '/services/data/v60.0/sobjects';

async function insert(entity: string, values: object): Promise<string> {
  const { body } = await call('POST', `${REST}/${entity}`, values);
  return (body as { id: string }).id;
}

test('a merge answers what moved, and names its losers to queryAll', async () => {
  const masterId = await insert('Account', { Name: 'Master' });
  const loser = await insert('Account', { Name: 'Loser' });
  const contact = await insert('Contact', { LastName: 'Doe', AccountId: loser });
  const values = { Phone: '1' };
  const merged = await control('merge', { entity: 'Account', masterId, loserIds: [loser], values });
  expect(merged).toEqual({
    status: 200,
    body: { id: masterId, mergedRecordIds: [loser], updatedRelatedIds: [contact] },
  });
  const soql = `SELECT MasterRecordId FROM Account WHERE Id = '${loser}' AND IsDeleted = true`;
  const { body } = await call('GET', `/services/data/v60.0/queryAll?q=${encodeURIComponent(soql)}`);
  expect(body).toMatchObject({ records: [{ MasterRecordId: masterId }] });
  const gone = await call('GET', `${REST}/Account/${loser}`);
  expect(gone).toMatchObject({ status: 404, body: [{ errorCode: 'ENTITY_IS_DELETED' }] });
});

test('a conversion answers what it made', async () => {
  const leadId = await insert('Lead', { LastName: 'Doe', Company: 'Acme' });
  const { status, body } = await control('convert-lead', { leadId });
  expect(status).toBe(200);
  expect(body).toEqual({
    leadId,
    accountId: expect.stringMatching(/^001/),
    contactId: expect.stringMatching(/^003/),
    opportunityId: expect.stringMatching(/^006/),
  });
  const again = await control('convert-lead', { leadId });
  expect(again).toMatchObject({ status: 400, body: { code: 'CANNOT_UPDATE_CONVERTED_LEAD' } });
});

test('a lock is released by time or by hand', async () => {
  const id = await insert('Account', { Name: 'Held' });
  await control('locks', { entity: 'Account', id, forMs: 60_000 });
  const update = (): Promise<Answer> => call('PATCH', `${REST}/Account/${id}`, { Phone: '1' });
  expect(await update()).toMatchObject({
    status: 400,
    body: [{ errorCode: 'UNABLE_TO_LOCK_ROW' }],
  });
  await control('clock', { advance: '2m' });
  expect(await update()).toMatchObject({ status: 204 });
  await control('locks', { entity: 'Account', id, forMs: 60_000 });
  expect(await call('DELETE', '/__sandbox/v1/locks', {})).toMatchObject({ body: { locks: [] } });
  expect(await update()).toMatchObject({ status: 204 });
});

test('a duplicate is told as Salesforce tells it, and saved when the header says so', async () => {
  await control('duplicate-rules', { entity: 'Lead', fields: ['Email'], action: 'allow' });
  const values = { LastName: 'Twin', Company: 'Acme', Email: 'twin@acme.example' };
  const first = await insert('Lead', values);
  const second = await call('POST', `${REST}/Lead`, values);
  expect(second).toEqual({
    status: 400,
    body: [
      {
        duplicateResult: {
          allowSave: true,
          duplicateRule: 'Standard_Lead_Duplicate_Rule',
          duplicateRuleEntityType: 'Lead',
          errorMessage: 'Use one of these records?',
          matchResults: [
            {
              entityType: 'Lead',
              errors: [],
              matchEngine: 'ExactMatchEngine',
              matchRecords: [
                {
                  additionalInformation: [],
                  fieldDiffs: [],
                  matchConfidence: 100,
                  record: {
                    attributes: { type: 'Lead' },
                    Id: first,
                  },
                },
              ],
              rule: 'Standard_Lead_Match_Rule_v1_0',
              size: 1,
              success: true,
            },
          ],
        },
        errorCode: 'DUPLICATES_DETECTED',
        message: 'Use one of these records?',
      },
    ],
  });
  const header = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
  expect(await call('POST', `${REST}/Lead`, values, header)).toMatchObject({ status: 201 });
  const many = { records: [{ attributes: { type: 'Lead' }, ...values }] };
  const path = '/services/data/v60.0/composite/sobjects';
  expect(await call('POST', path, many)).toMatchObject({
    body: [{ success: false, errors: [{ statusCode: 'DUPLICATES_DETECTED' }] }],
  });
  expect(await call('POST', path, many, header)).toMatchObject({ body: [{ success: true }] });
  await call('DELETE', '/__sandbox/v1/duplicate-rules', {});
  expect(await call('POST', `${REST}/Lead`, values)).toMatchObject({ status: 201 });
});

test.each([
  ['merge', { entity: 'Account' }],
  ['convert-lead', {}],
  ['locks', { entity: 'Account', id: '001', forMs: 1 }],
  ['duplicate-rules', { entity: 'Account', fields: ['None'], action: 'block' }],
  ['duplicate-rules', { entity: 'Nothing', fields: ['Name'], action: 'block' }],
])('POST /%s refuses a body that makes no sense: %j', async (path, body) => {
  expect(await control(path, body)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/./) },
  });
});
