/** Goal: connectors that claim at the same time all see one answer, and no claim is lost. */
import { expect, it } from 'vitest';
import { Claims } from '../../../src/herder/claims.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';

it('gives the first claim of a key to everybody, and keeps those of other keys', async () => {
  const offsets = openOffsetMemory();
  const claims = new Claims(offsets);
  const answers = await Promise.all([
    claims.claim('prefix crm', 'org-1'),
    claims.claim('prefix erp', 'org-2'),
    claims.claim('prefix crm', 'org-3'),
  ]);
  expect(answers).toEqual(['org-1', 'org-2', 'org-1']);
  const later = new Claims(offsets);
  expect(await later.claim('prefix crm', 'org-4')).toBe('org-1');
  expect(await later.claim('prefix erp', 'org-4')).toBe('org-2');
});
