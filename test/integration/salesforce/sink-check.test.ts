/** Goal: before a record moves, what can't work is named on its property, with the way out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { salesforceSinkPlugin } from '../../../connectors/salesforce/sink/plugin.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import type { Finding } from '../../../src/sdk/index.ts';
import { control, sinkHarness, sinkOf } from '../../support/sink-task.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7 });
  const field = { entity: 'Account', name: 'Ext__c', type: 'Text', length: 80 };
  await control(sandbox, 'POST', 'fields', { ...field, externalId: true, unique: true });
});
afterAll(() => sandbox.close());

async function check(more: Record<string, string>): Promise<readonly Finding[]> {
  const config = sinkOf(sandbox, { fields: 'Id:Ext__c,Name', ...more });
  const connector = salesforceSinkPlugin.create(config, sinkHarness().context);
  return (await connector.check?.(AbortSignal.timeout(20_000))) ?? [];
}

test('what works has no finding', async () => {
  expect(await check({})).toEqual([]);
});

test.each([
  [{ 'salesforce.object': 'Acount' }, 'salesforce.object', /Did you mean Account\?/],
  [
    { 'salesforce.custom.id.field.name': 'Exd__c', fields: 'Id:Exd__c' },
    'salesforce.custom.id.field.name',
    /Did you mean Ext__c\?/,
  ],
  [
    { 'salesforce.custom.id.field.name': 'Phone', fields: 'Id:Phone' },
    'salesforce.custom.id.field.name',
    /must be an external id/,
  ],
  [{ fields: 'Id:Ext__c,Name:Nmae' }, 'fields', /Did you mean Name\?/],
  [{ fields: 'Id:Ext__c,Name:CreatedDate' }, 'fields', /CreatedDate of Account can't be written/],
  [{ fields: 'Name' }, 'fields', /Add Id:Ext__c/],
  [{ 'salesforce.consumer.secret': 'wrong' }, 'salesforce.consumer.secret', /./],
])('%o is a finding on %s', async (more, path, message) => {
  expect(await check(more)).toContainEqual({ path, message: expect.stringMatching(message) });
});
