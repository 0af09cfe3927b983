/**
 * Goal: event channels are configured through the Tooling API as an administrator's scripts do it.
 * Method: jsforce's tooling client, unmodified, against a whole sandbox.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/salesforce/server.ts';
import type { Sandbox } from '../../../../sandbox/salesforce/server.ts';

let sandbox: Sandbox;
let conn: Connection;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 3 });
  const { http: instanceUrl, accessToken } = sandbox;
  conn = new jsforce.Connection({ instanceUrl, accessToken, version: '62.0' });
});
afterAll(() => sandbox.close());

const post = (type: string, body: object): Promise<{ id: string }> =>
  conn.requestPost(`/tooling/sobjects/${type}`, body);
const query = (soql: string): Promise<Record<string, unknown>> =>
  conn.request(`/tooling/query/?q=${encodeURIComponent(soql)}`);

const MEMBER = {
  eventChannel: 'Sales__chn',
  selectedEntity: 'AccountChangeEvent',
  filterExpression: "Industry = 'Energy'",
  enrichedFields: [{ name: 'Name' }, { name: 'Industry' }],
};

describe('a channel', () => {
  let channelId: string;
  let memberId: string;

  test('is made, with a member, and is there to subscribe to', async () => {
    expect(sandbox.events.channels.find('/data/Sales__chn')).toBeUndefined();
    const created = await post('PlatformEventChannel', {
      FullName: 'Sales__chn',
      Metadata: { channelType: 'data', label: 'Sales' },
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^0YL\w{15}$/),
      success: true,
      errors: [],
      warnings: [],
      infos: [],
    });
    channelId = created.id;
    const member = { FullName: 'Sales_chn_AccountChangeEvent', Metadata: MEMBER };
    memberId = (await post('PlatformEventChannelMember', member)).id;
    expect(memberId).toMatch(/^0v8/);
    expect(sandbox.events.channels.find('/data/Sales__chn')).toBeDefined();
  });

  test('is told by queries', async () => {
    const soql =
      'SELECT Id, DeveloperName, EventChannel, SelectedEntity FROM PlatformEventChannelMember';
    expect(await query(soql)).toEqual({
      size: 1,
      totalSize: 1,
      done: true,
      queryLocator: null,
      entityTypeName: 'PlatformEventChannelMember',
      records: [
        {
          attributes: {
            type: 'PlatformEventChannelMember',
            url: `/services/data/v62.0/tooling/sobjects/PlatformEventChannelMember/${memberId}`,
          },
          Id: memberId,
          DeveloperName: 'Sales_chn_AccountChangeEvent',
          EventChannel: channelId,
          SelectedEntity: 'AccountChangeEvent',
        },
      ],
    });
    const fields = await conn.tooling.query(
      `SELECT Field FROM EnrichedField WHERE ChannelMemberId = '${memberId}' ORDER BY Field`,
    );
    expect(fields.records.map(({ Field }) => Field)).toEqual(['Industry', 'Name']);
    const channels = await conn.tooling.query(
      'SELECT DeveloperName, ChannelType, MasterLabel FROM PlatformEventChannel',
    );
    expect(channels.records).toMatchObject([
      { DeveloperName: 'Sales', ChannelType: 'data', MasterLabel: 'Sales' },
    ]);
  });

  test('is told one by one with its definition', async () => {
    expect(
      await conn.tooling.sobject('PlatformEventChannelMember').retrieve(memberId),
    ).toMatchObject({ FullName: 'Sales_chn_AccountChangeEvent', Metadata: MEMBER });
    const member = { eventChannel: 'ChangeEvents', selectedEntity: 'LeadChangeEvent' };
    await post('PlatformEventChannelMember', { FullName: 'Lead', Metadata: member });
    await expect(query('SELECT Metadata FROM PlatformEventChannelMember')).rejects.toMatchObject({
      errorCode: 'MALFORMED_QUERY',
      message: expect.stringContaining('no more than one row for retrieval. Result size: 2'),
    });
  });

  test('is changed by a whole definition only', async () => {
    const url = `/tooling/sobjects/PlatformEventChannelMember/${memberId}`;
    const { eventChannel, selectedEntity } = MEMBER;
    await expect(
      conn.requestPatch(url, { Metadata: { filterExpression: null } }),
    ).rejects.toMatchObject({ errorCode: 'REQUIRED_FIELD_MISSING' });
    await expect(
      conn.requestPatch(url, { Metadata: { ...MEMBER, selectedEntity: 'LeadChangeEvent' } }),
    ).rejects.toMatchObject({ errorCode: 'INVALID_INPUT' });
    await conn.requestPatch(url, {
      FullName: 'Sales_chn_AccountChangeEvent',
      Metadata: { eventChannel, selectedEntity },
    });
    expect(sandbox.events.channelConfig.member(memberId)).toMatchObject({
      filterExpression: null,
      enrichedFields: [],
    });
  });

  test('is refused where it is wrong', async () => {
    const wrong = { ...MEMBER, selectedEntity: 'NoChangeEvent' };
    await expect(
      post('PlatformEventChannelMember', { FullName: 'x', Metadata: wrong }),
    ).rejects.toMatchObject({ errorCode: 'INVALID_INPUT' });
    const taken = { FullName: 'Sales__chn', Metadata: { channelType: 'data', label: 'x' } };
    await expect(post('PlatformEventChannel', taken)).rejects.toMatchObject({
      errorCode: 'DUPLICATE_VALUE',
    });
    await expect(
      post('EnrichedField', { ChannelMemberId: memberId, Field: 'Name' }),
    ).rejects.toMatchObject({ errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' });
    await expect(query('SELECT Id FROM ApexClass')).rejects.toMatchObject({
      errorCode: 'INVALID_TYPE',
    });
  });

  test('is deleted with its members', async () => {
    await conn.tooling.sobject('PlatformEventChannel').destroy(channelId);
    await expect(
      conn.tooling.sobject('PlatformEventChannel').retrieve(channelId),
    ).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
    expect(sandbox.events.channelConfig.member(memberId)).toBeUndefined();
    expect(sandbox.events.channels.find('/data/Sales__chn')).toBeUndefined();
  });
});

describe('a managed subscription', () => {
  const metadata = {
    label: 'Managed',
    topicName: '/data/AccountChangeEvent',
    defaultReplay: 'LATEST',
    errorRecoveryReplay: 'EARLIEST',
    state: 'RUN',
    version: 62,
  };

  test('is made, found by name as its clients do, stopped and deleted', async () => {
    const { id } = await post('ManagedEventSubscription', { FullName: 'Mine', Metadata: metadata });
    const soql = `SELECT Id, DeveloperName, Metadata FROM ManagedEventSubscription WHERE DeveloperName='Mine' LIMIT 1`;
    expect(await query(soql)).toMatchObject({
      size: 1,
      records: [{ Id: id, DeveloperName: 'Mine', Metadata: metadata }],
    });
    const url = `/tooling/sobjects/ManagedEventSubscription/${id}`;
    await conn.requestPatch(url, { FullName: 'Mine', Metadata: { ...metadata, state: 'STOP' } });
    expect(sandbox.events.managed.byId(id)?.state).toBe('STOP');
    const paused = { ...metadata, state: 'PAUSE' };
    await expect(conn.requestPatch(url, { Metadata: paused })).rejects.toMatchObject({
      errorCode: 'INVALID_INPUT',
    });
    await conn.requestDelete(url);
    expect(sandbox.events.managed.byId(id)).toBeUndefined();
  });
});

test('the objects are described', async () => {
  const { sobjects } = await conn.tooling.describeGlobal();
  expect(sobjects.map(({ name, keyPrefix }) => [name, keyPrefix])).toEqual([
    ['EnrichedField', '0v9'],
    ['ManagedEventSubscription', '18x'],
    ['PlatformEventChannel', '0YL'],
    ['PlatformEventChannelMember', '0v8'],
    ['EntityDefinition', '4ie'],
    ['FieldDefinition', '4fe'],
    ['EntityParticle', '06i'],
  ]);
  const { fields, urls } = await conn.tooling.describe('PlatformEventChannel');
  expect(fields.find(({ name }) => name === 'Metadata')).toMatchObject({
    type: 'complexvalue',
    soapType: 'mns:PlatformEventChannel',
  });
  expect(urls).toMatchObject({
    sobject: '/services/data/v62.0/tooling/sobjects/PlatformEventChannel',
  });
});
