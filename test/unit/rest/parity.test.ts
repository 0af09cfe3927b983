import { expect, test } from 'vitest';
import { parityRow, parityRows } from '../../support/rest-differential/parity.ts';
import { REASONS } from '../../support/rest-differential/reasons.ts';

test('docs/connect-parity.md tells the reasons that the differential test accepts, and no others', () => {
  expect(parityRows()).toEqual(REASONS.map(parityRow));
});
