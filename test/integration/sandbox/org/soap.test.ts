/** merge, convertLead and undelete over SOAP: by jsforce, and by a bare envelope. */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';

let sandbox: Sandbox;
let conn: Connection;
const origins: string[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 1 });
  const { http: instanceUrl, accessToken } = sandbox;
  conn = new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
  sandbox.org.onCommit(({ origin }) => origins.push(origin));
});

afterAll(() => sandbox.close());

async function insert(entity: string, values: object): Promise<string> {
  const { id } = await conn.sobject(entity).create(values);
  if (id === undefined) throw new Error('no id');
  return id;
}

test('jsforce merges, one request or several', async () => {
  const master = await insert('Account', { Name: 'Master', Phone: '1' });
  const losers = [await insert('Account', { Name: 'A' }), await insert('Account', { Name: 'B' })];
  const contact = await insert('Contact', { LastName: 'Doe', AccountId: losers[0] });
  const masterRecord = { type: 'Account', Id: master, Name: 'Merged', Phone: null };
  const request = { masterRecord, recordToMergeIds: losers, additionalInformationMap: [] };
  expect(await conn.soap.merge(request)).toMatchObject({
    id: master,
    success: true,
    mergedRecordIds: losers,
    updatedRelatedIds: [contact],
  });
  expect(await conn.sobject('Account').retrieve(master)).toMatchObject({
    Name: 'Merged',
    Phone: null,
  });
  expect(origins.at(-1)).toBe('com/salesforce/api/soap/60.0');
  expect(await conn.soap.merge([request])).toMatchObject([
    { success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted' }] },
  ]);
});

test('jsforce converts a lead, and undeletes what was deleted', async () => {
  const lead = await insert('Lead', { LastName: 'Doe', Company: 'Acme' });
  const conversion = {
    leadId: lead,
    convertedStatus: 'Closed - Converted',
    doNotCreateOpportunity: true,
    overwriteLeadSource: false,
    sendNotificationEmail: false,
  };
  const converted = await conn.soap.convertLead(conversion);
  expect(converted).toMatchObject({
    accountId: expect.stringMatching(/^001.{15}$/),
    contactId: expect.stringMatching(/^003.{15}$/),
    leadId: lead,
    success: true,
  });
  expect(converted.opportunityId).toBeUndefined();
  expect(await conn.soap.convertLead(conversion)).toMatchObject({
    success: false,
    errors: [{ statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }],
  });
});

async function soap(body: string, sessionId = sandbox.accessToken): Promise<[number, string]> {
  const header = `<h:SessionHeader xmlns:h="urn:partner.soap.sforce.com"><h:sessionId>${sessionId}</h:sessionId></h:SessionHeader><CallOptions><client>loader</client></CallOptions>`;
  const xml = `<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`;
  const response = await fetch(`${sandbox.http}/services/Soap/u/58.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', SOAPAction: '""' },
    body: xml,
  });
  return [response.status, await response.text()];
}

test('undelete answers each id, and events name the client', async () => {
  const id = await insert('Account', { Name: 'Gone' });
  await conn.sobject('Account').destroy(id);
  const ids = [id, id].map((each) => `<ids>${each}</ids>`).join('');
  const [status, xml] = await soap(
    `<undelete xmlns="urn:partner.soap.sforce.com">${ids}</undelete>`,
  );
  expect(status).toBe(200);
  expect(xml).toContain(
    `<undeleteResponse><result><id>${id}</id><success>true</success></result><result><errors><message>Entity is not in the recycle bin</message><statusCode>UNDELETE_FAILED</statusCode></errors><success>false</success></result></undeleteResponse>`,
  );
  expect(origins.at(-1)).toBe('com/salesforce/api/soap/58.0;client=loader');
});

test('a user without the right to it is refused', async () => {
  const id = await insert('Account', { Name: 'Gone' });
  await conn.sobject('Account').destroy(id);
  const profiles = await conn.query<{ Id: string }>(
    "SELECT Id FROM Profile WHERE Name = 'Read Only'",
  );
  const userId = await insert('User', {
    Username: 'reader@shop.example',
    LastName: 'Reader',
    Email: 'reader@shop.example',
    Alias: 'reader',
    IsActive: true,
    ProfileId: profiles.records[0]?.Id,
  });
  const { accessToken } = sandbox.org.openSession(userId);
  const [, xml] = await soap(`<undelete><ids>${id}</ids></undelete>`, accessToken);
  expect(xml).toContain('<statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode>');
  expect(sandbox.org.record('Account', id)).toBeUndefined();
});

test.each([
  ['without a session', '<merge/>', 'nobody', 'INVALID_SESSION_ID'],
  [
    'of too many at once',
    `<undelete>${'<ids>x</ids>'.repeat(201)}</undelete>`,
    undefined,
    'EXCEEDED_ID_LIMIT',
  ],
])('a call %s is a fault', async (_, body, sessionId, code) => {
  const [status, xml] = await soap(body, sessionId);
  expect(status).toBe(500);
  expect(xml).toContain(`<sf:exceptionCode>${code}</sf:exceptionCode>`);
});
