/** What deletes did besides, and duplicate rules, are there again after a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import { Wire } from '../../../support/fold/wire.ts';

let stateDir: string;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'headwater-test-'));
});

afterAll(() => rm(stateDir, { recursive: true, force: true }));

test('a record that is undeleted after a restart gets its children and lookups back', async () => {
  const insert = async (wire: Wire, entity: string, values: object): Promise<string> => {
    const { body } = await wire.rest('POST', `/sobjects/${entity}`, values);
    return (body as { id: string }).id;
  };
  const before = await startSandbox({ stateDir });
  const wire = new Wire(before);
  await wire.control('fields', {
    entity: 'Lead',
    name: 'Sponsor__c',
    type: 'Lookup',
    referenceTo: 'Account',
  });
  await wire.control('duplicate-rules', { entity: 'Case', fields: ['Subject'], action: 'block' });
  const account = await insert(wire, 'Account', { Name: 'Parent' });
  const contact = await insert(wire, 'Contact', { LastName: 'Doe', AccountId: account });
  const lead = await insert(wire, 'Lead', {
    LastName: 'Roe',
    Company: 'Acme',
    Sponsor__c: account,
  });
  await wire.rest('DELETE', `/sobjects/Account/${account}`);
  await before.close();

  const after = await startSandbox({ stateDir });
  try {
    const again = new Wire(after);
    const sponsor = async (): Promise<unknown> =>
      (await again.query(`SELECT Sponsor__c FROM Lead WHERE Id = '${lead}'`))[0]?.['Sponsor__c'];
    expect(await sponsor()).toBeNull();
    await again.soap(`<undelete><ids>${account}</ids></undelete>`);
    expect(await sponsor()).toBe(account);
    expect(await again.rest('GET', `/sobjects/Contact/${contact}`)).toMatchObject({ status: 200 });
    await insert(again, 'Case', { Subject: 'Broken' });
    expect(await again.rest('POST', '/sobjects/Case', { Subject: 'broken' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'DUPLICATES_DETECTED' }],
    });
  } finally {
    await after.close();
  }
});
