import { expect, test } from 'vitest';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { withoutHiddenFields } from '../../../../sandbox/salesforce/events/field-security.ts';
import { ChangeEventSelection } from '../../../../sandbox/salesforce/org/change-event-selection.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { Write } from '../../../../sandbox/salesforce/org/types.ts';
import { changeEventData } from '../../../../sandbox/salesforce/streaming/event-json.ts';
import { allEvents, decodeEvent } from '../../../support/change-events.ts';

const org = createOrg({ seed: 1, features: ['PersonAccounts'] });
const bus = createEventBus({ org, selection: new ChangeEventSelection(org) });
const write = (each: Write): string =>
  org.write({ userId: org.admin.id, origin: '' }, [each], true)[0]?.id ?? '';

const values = {
  Salutation: 'Ms.',
  FirstName: 'Ada',
  LastName: 'Byron',
  PersonEmail: 'a@b.example',
};
const id = write({ op: 'insert', entity: 'Account', values });

test('a person is told by two events of one transaction, the account’s with the name in parts', () => {
  const [account, contact, ...more] = allEvents(bus);
  expect(more).toEqual([]);
  expect(account).toMatchObject({
    header: { entityName: 'Account', changeType: 'CREATE', recordIds: [id] },
    body: { Name: { Salutation: 'Ms.', FirstName: 'Ada', LastName: 'Byron' } },
  });
  expect(contact).toMatchObject({
    header: {
      entityName: 'Contact',
      changeType: 'CREATE',
      transactionKey: account?.header.transactionKey,
    },
    body: { Email: 'a@b.example', AccountId: id },
  });
});

test('a new last name is an update of both', () => {
  const before = allEvents(bus).length;
  write({ op: 'update', entity: 'Account', id, values: { LastName: 'Lovelace' } });
  const [account, contact] = allEvents(bus).slice(before);
  expect(account?.body).toMatchObject({ Name: { LastName: 'Lovelace' } });
  expect(contact?.header).toMatchObject({ entityName: 'Contact', changeType: 'UPDATE' });
});

test('the Streaming API shows the parts, and what is hidden besides leaves them as they are', () => {
  const event = bus.log.next(bus.log.earliest(), () => true);
  const schema = bus.schemaById(event?.schemaId ?? '');
  if (event === undefined || schema === undefined) throw new Error('no event');
  const shown = JSON.parse(changeEventData(event, schema)) as { payload: { Name: unknown } };
  expect(shown.payload.Name).toEqual({ Salutation: 'Ms.', FirstName: 'Ada', LastName: 'Byron' });
  const hidden = withoutHiddenFields(event, ['Account.PersonEmail'], bus);
  expect(decodeEvent(bus, hidden).body).toMatchObject({ Name: { FirstName: 'Ada' } });
  expect(decodeEvent(bus, hidden).body).not.toHaveProperty('PersonEmail');
});

test('a company’s name stays a text', () => {
  const before = allEvents(bus).length;
  write({ op: 'insert', entity: 'Account', values: { Name: 'Acme' } });
  const [account, ...more] = allEvents(bus).slice(before);
  expect(account?.body).toMatchObject({ Name: 'Acme' });
  expect(more).toEqual([]);
});
