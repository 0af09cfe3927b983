/**
 * Goal: what users may do is there again after a restart.
 * Method: a sandbox with a folder, set up by the control API, started twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'kept-security-'));
afterAll(() => rmSync(stateDir, { recursive: true }));

async function control(http: string, method: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${http}/__sandbox/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function statusOf(http: string, token: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${http}/services/data/v60.0/${path}`, { headers });
  await response.text();
  return response.status;
}

test('profiles, permissions and org-wide defaults are kept', async () => {
  const first = await startSandbox({ stateDir });
  const { org } = first;
  const profile = 'Minimum Access - API Only Integrations';
  await control(first.http, 'POST', 'users', { username: 'etl@shop.example', profile });
  expect(await control(first.http, 'PUT', 'sharing', { Contact: 'Private' })).toEqual({
    Contact: 'Private',
  });
  const actor = { userId: org.users()[0]?.id ?? '', origin: '' };
  const user = org.user('etl@shop.example');
  const insert = (entity: string, values: object): string => {
    const write = { op: 'insert', entity, values: { ...values } } as const;
    return org.write(actor, [write], true)[0]?.id ?? '';
  };
  const set = insert('PermissionSet', { Name: 'Etl' });
  const read = { PermissionsRead: true };
  insert('ObjectPermissions', { ParentId: set, SobjectType: 'Contact', ...read });
  insert('PermissionSetAssignment', { PermissionSetId: set, AssigneeId: user?.id });
  const contact = insert('Contact', { LastName: 'C' });
  await first.close();

  const second = await startSandbox({ stateDir });
  const { accessToken } = second.org.openSession(user?.id ?? '');
  expect(await statusOf(second.http, accessToken, 'sobjects/Contact/describe')).toBe(200);
  expect(await statusOf(second.http, accessToken, 'sobjects/Account/describe')).toBe(404);
  expect(await statusOf(second.http, accessToken, `sobjects/Contact/${contact}`)).toBe(404);
  const path = `sobjects/Organization/${second.orgId}`;
  expect(await statusOf(second.http, second.accessToken, path)).toBe(200);
  await second.close();
});
