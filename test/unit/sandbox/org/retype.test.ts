import { expect, test } from 'vitest';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import type { FieldType } from '../../../../sandbox/salesforce/org/types.ts';
import { allEvents } from '../../../support/change-events.ts';
import { WrittenOrg } from './support.ts';

const VALUES: Partial<Record<FieldType, unknown>> = {
  date: '2026-03-01',
  datetime: '2026-03-01T10:00:00Z',
  boolean: true,
  multipicklist: 'a;b',
  string: '12',
  double: 12,
  picklist: '7',
};
const TYPES = Object.keys(VALUES) as FieldType[];
const PAIRS = TYPES.flatMap((from) => TYPES.filter((to) => to !== from).map((to) => [from, to]));

test.each(PAIRS)('of %s and %s: the values are lost exactly when an event says so', (from, to) => {
  const it = new WrittenOrg();
  const field = { name: 'X__c', label: 'X', custom: true, precision: 5 };
  it.org.addField('Account', makeField({ ...field, type: from as FieldType }));
  const id = it.insert('Account', { Name: 'Acme', X__c: VALUES[from as FieldType] });
  const events = createEventBus({ org: it.org, selection: { has: () => true } });
  it.org.retypeField('Account', 'X__c', to as FieldType);
  const told = allEvents(events).map(({ header }) => `${header.changeType} ${header.recordIds[0]}`);
  const value = it.org.record('Account', id)?.['X__c'];
  const empty = to === 'boolean' ? false : null;
  // A gap event says that the values are to be read again, lost or not.
  if (told.includes('UPDATE 001*')) expect(value).toBe(empty);
  else if (told.length === 0 && to !== 'boolean') expect(value).not.toBeNull();
  else if (told.length === 0) expect(from).toMatch(/string|double/);
  else expect(told).toEqual([`GAP_UPDATE ${id}`]);
});
