/**
 * Goal: PushTopics notify of what Salesforce's rules say, and of nothing else; unfit ones can't be saved.
 * Method: an org, its notifications, and Salesforce's own table of NotifyForFields.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { JsonValues, SaveResult, Write } from '../../../../sandbox/salesforce/org/types.ts';
import { Notifications } from '../../../../sandbox/salesforce/streaming/notifications.ts';
import { PushTopics } from '../../../../sandbox/salesforce/streaming/push-topics.ts';
import { DEFAULT_STREAMING_SETTINGS } from '../../../../sandbox/salesforce/streaming/settings.ts';
import { readTopicFilter } from '../../../../sandbox/salesforce/streaming/topic-filter.ts';

let org: SandboxOrg;
let notifications: Notifications;
let topics: PushTopics;
const MAX_TOPICS = 3;

beforeEach(() => {
  org = createOrg({ seed: 1 });
  notifications = new Notifications(org, org.random, DEFAULT_STREAMING_SETTINGS);
  topics = new PushTopics(org, notifications, MAX_TOPICS);
});

function write(...writes: readonly Write[]): readonly SaveResult[] {
  return org.write({ userId: org.admin.id, origin: '' }, writes, false);
}

function saveTopic(values: JsonValues): SaveResult {
  const all = { Name: 'Topic', ApiVersion: 67, ...values };
  const [result] = write({ op: 'insert', entity: 'PushTopic', values: all });
  if (result === undefined) throw new Error('no result');
  return result;
}

const insert = (values: JsonValues): string =>
  write({ op: 'insert', entity: 'Account', values: { Name: 'Acme', ...values } })[0]?.id ?? '';
const update = (id: string, values: JsonValues): void =>
  void write({ op: 'update', entity: 'Account', id, values });

interface Notified {
  readonly event: { readonly type: string; readonly replayId: number };
  readonly sobject: Readonly<Record<string, unknown>>;
}

function notified(channel = '/topic/Topic'): Notified[] {
  const cursor = notifications.log.earliest();
  const found: Notified[] = [];
  for (;;) {
    const event = notifications.log.next(cursor, ({ topic }) => topic === channel);
    if (event === undefined) return found;
    found.push(JSON.parse(notifications.data(event)) as Notified);
  }
}

const types = (): string[] => notified().map(({ event }) => event.type);

describe('an update', () => {
  const query = "SELECT Id, Phone FROM Account WHERE Industry = 'Energy'";

  test.each([
    ['All', { Fax: '1' }, true],
    ['All', {}, true],
    ['Referenced', { Phone: '1' }, true],
    ['Referenced', { Industry: 'Energy' }, true],
    ['Referenced', { Fax: '1' }, false],
    ['Select', { Phone: '1' }, true],
    ['Select', { Industry: 'Energy' }, false],
    ['Where', { Industry: 'Energy' }, true],
    ['Where', { Phone: '1' }, false],
    ['All', { Industry: 'Retail' }, false],
  ])('with NotifyForFields %s of %j', (NotifyForFields, values, counts) => {
    saveTopic({ Query: query, NotifyForFields, NotifyForOperationCreate: false });
    const id = insert({ Industry: 'Industry' in values ? 'Finance' : 'Energy' });
    update(id, values);
    expect(types()).toEqual(counts ? ['updated'] : []);
  });

  test('to the same value is none', () => {
    saveTopic({ Query: query });
    const id = insert({ Industry: 'Energy', Phone: '1' });
    update(id, { Phone: '1' });
    expect(types()).toEqual(['created']);
  });
});

test.each(['Create', 'Update', 'Delete', 'Undelete'])(
  'without %s the others are told',
  (without) => {
    saveTopic({ Query: 'SELECT Id, Name FROM Account', [`NotifyForOperation${without}`]: false });
    const id = insert({});
    update(id, { Name: 'Other' });
    write({ op: 'delete', id });
    write({ op: 'undelete', id });
    const all = ['created', 'updated', 'deleted', 'undeleted'];
    expect(types()).toEqual(all.filter((type) => !type.startsWith(without.toLowerCase())));
  },
);

test('a notification has the fields of SELECT, instants with Z, empty ones as null', () => {
  saveTopic({ Query: 'SELECT Id, Name, Website, CreatedDate FROM Account' });
  const id = insert({});
  expect(notified()).toEqual([
    {
      event: {
        createdDate: expect.stringMatching(/Z$/),
        replayId: expect.any(Number),
        type: 'created',
      },
      sobject: {
        Id: id,
        Name: 'Acme',
        Website: null,
        CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      },
    },
  ]);
});

test('what is made and changed in one transaction is told once, as it is in the end', () => {
  saveTopic({ Query: 'SELECT Id, Name FROM Account' });
  org.transaction({ userId: org.admin.id, origin: '' }, (writeAll) => {
    const values = { Name: 'first' };
    const [made] = writeAll([{ op: 'insert', entity: 'Account', values }], true);
    const id = made?.id ?? '';
    writeAll([{ op: 'update', entity: 'Account', id, values: { Name: 'second' } }], true);
  });
  expect(notified()).toMatchObject([{ event: { type: 'created' }, sobject: { Name: 'second' } }]);
});

test('a topic that is inactive, or whose field was dropped, is silent', () => {
  const { id } = saveTopic({ Query: 'SELECT Id, Name FROM Account', IsActive: false });
  insert({});
  expect(topics.find('Topic')).toBeUndefined();
  write({ op: 'update', entity: 'PushTopic', id: id ?? '', values: { IsActive: true } });
  insert({});
  expect(topics.find('Topic')).toBeDefined();
  expect(topics.find('topic')).toBeUndefined();
  expect(types()).toEqual(['created']);
});

describe('a PushTopic is refused', () => {
  test.each([
    [{ Query: 'SELECT Name FROM Account' }, 'the SELECT clause must include Id'],
    [{ Query: 'SELECT Id FROM Account' }, 'needs a field other than Id'],
    [{ Query: 'SELECT Id FROM Account', NotifyForFields: 'Where' }, 'needs a field other than Id'],
    [{ Query: 'SELECT Id, Name FROM Account LIMIT 1' }, 'LIMIT is not supported'],
    [{ Query: 'SELECT Id, Name FROM Account ORDER BY Name' }, 'ORDER BY is not supported'],
    [{ Query: 'SELECT Id, Owner.Name FROM Account' }, 'the relationship Owner.Name'],
    [
      { Query: "SELECT Id, Name FROM Account WHERE Owner.Name = 'x'" },
      'the relationship Owner.Name',
    ],
    [{ Query: 'SELECT Id, Description FROM Account' }, 'the field Description is not supported'],
    [{ Query: 'SELECT Id, BillingAddress FROM Account' }, 'BillingAddress is not supported'],
    [{ Query: 'SELECT Id, COUNT(Name) FROM Account' }, 'SELECT takes fields alone'],
    [
      { Query: 'SELECT Id, Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact)' },
      'semi-joins and anti-joins',
    ],
    [{ Query: 'SELECT Id, None__c FROM Account' }, "No such column 'None__c'"],
    [{ Query: 'SELECT Id, Name FROM None' }, 'None is not supported'],
    [{ Query: 'SELECT Id, Name FROM PushTopic' }, 'PushTopic is not supported'],
    [{ Query: 'nonsense' }, 'unexpected token'],
    [{ Query: 'SELECT Id, Name FROM Account', ApiVersion: 20 }, 'ApiVersion must be at least 21.0'],
    [{ Query: 'SELECT Id, Name FROM Account', Name: 'x'.repeat(26) }, 'max length=25'],
    [{ Query: 'SELECT Id, Name FROM Account', NotifyForFields: 'Some' }, 'restricted picklist'],
    [
      { Query: `SELECT Id, Name FROM Account WHERE Name = '${'x'.repeat(1300)}'` },
      'max length=1300',
    ],
  ])('%j', (values, why) => {
    const result = saveTopic(values);
    expect(result.success).toBe(false);
    expect(result.errors[0]?.message).toContain(why);
  });

  test('with a name that there is, or over the limit of active ones', () => {
    const Query = 'SELECT Id, Name FROM Account';
    saveTopic({ Query });
    expect(saveTopic({ Query }).errors[0]?.errorCode).toBe('DUPLICATE_VALUE');
    saveTopic({ Query, Name: 'Second' });
    const third = saveTopic({ Query, Name: 'Third' });
    expect(saveTopic({ Query, Name: 'Fourth' }).errors[0]?.errorCode).toBe('LIMIT_EXCEEDED');
    expect(saveTopic({ Query, Name: 'Fourth', IsActive: false }).success).toBe(true);
    const again = { op: 'update', entity: 'PushTopic', id: third.id ?? '', values: {} } as const;
    expect(write(again)[0]?.success).toBe(true);
  });
});

describe('a filtered subscription', () => {
  const selected = () => org.object('Account')?.fields ?? [];

  test('lets through what has any of its values', () => {
    const passes = readTopicFilter("Industry='Energy'&ShippingCity='San Francisco'", selected());
    const of = (sobject: object): boolean => passes({ sobject });
    expect(of({ Industry: 'Energy', ShippingCity: null })).toBe(true);
    expect(of({ Industry: null, ShippingCity: 'San Francisco' })).toBe(true);
    expect(of({ Industry: 'Retail', ShippingCity: 'Berlin' })).toBe(false);
  });

  test('by a field that is not selected is refused', () => {
    expect(() => readTopicFilter("None__c='x'", selected())).toThrow(
      '400::Query fields None__c do not exist on the topic entity',
    );
  });
});
