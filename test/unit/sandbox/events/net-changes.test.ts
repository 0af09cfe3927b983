import { describe, expect, test } from 'vitest';
import { netChanges } from '../../../../sandbox/salesforce/events/net-changes.ts';
import type { RecordChange } from '../../../../sandbox/salesforce/org/types.ts';

type Step = RecordChange['type'];

/** Steps of one record, its value counted up. */
function history(...steps: readonly Step[]): RecordChange[] {
  return steps.map((type, i) => ({
    entity: 'Account',
    id: 'a',
    type,
    before: type === 'CREATE' ? null : { Value: i },
    after: type === 'DELETE' ? null : { Value: i + 1 },
  }));
}

describe('one record', () => {
  test.each<[Step[], Step | undefined]>([
    [['CREATE', 'UPDATE'], 'CREATE'],
    [['CREATE', 'DELETE'], undefined],
    [['CREATE', 'DELETE', 'UNDELETE'], 'CREATE'],
    [['UPDATE', 'UPDATE'], 'UPDATE'],
    [['UPDATE', 'DELETE'], 'DELETE'],
    [['DELETE', 'UNDELETE'], 'UNDELETE'],
    [['UNDELETE', 'UPDATE'], 'UNDELETE'],
    [['UNDELETE', 'DELETE'], 'DELETE'],
  ])('%s in sum is %s', (steps, expected) => {
    const changes = history(...steps);
    expect(netChanges(changes).map((change) => change.type)).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  test('its first state and its last are compared', () => {
    const [change] = netChanges(history('UPDATE', 'UPDATE', 'UPDATE'));
    expect(change).toMatchObject({ before: { Value: 0 }, after: { Value: 3 } });
  });
});

test('records keep the order of their first change', () => {
  const [a1, a2] = history('UPDATE', 'UPDATE');
  const b: RecordChange = { entity: 'Account', id: 'b', type: 'CREATE', before: null, after: {} };
  if (a1 === undefined || a2 === undefined) throw new Error('no history');
  expect(netChanges([a1, b, a2]).map((change) => change.id)).toEqual(['a', 'b']);
});
