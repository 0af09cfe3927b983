import { describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import type {
  Actor,
  SaveResult,
  Transaction,
  Write,
} from '../../../../sandbox/salesforce/org/types.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function setUp(): { org: SandboxOrg; actor: Actor; committed: Transaction[] } {
  const org = createOrg({ seed: 7, clock: createClock(() => START) });
  const committed: Transaction[] = [];
  org.onCommit((transaction) => committed.push(transaction));
  return { org, actor: { userId: org.admin.id, origin: 'test' }, committed };
}

const insert = (entity: string, values: object): Write => ({
  op: 'insert',
  entity,
  values: { ...values },
});

function one(org: SandboxOrg, actor: Actor, write: Write): SaveResult {
  const [result] = org.write(actor, [write], true);
  if (result === undefined) throw new Error('no result');
  return result;
}

function idOf(result: SaveResult): string {
  if (result.id === null) throw result.errors[0] ?? new Error('no id');
  return result.id;
}

const codes = (result: SaveResult): string[] => result.errors.map((error) => error.errorCode);

describe('inserting', () => {
  test('fills in the system fields, the owner and the parts of a name', () => {
    const { org, actor } = setUp();
    const id = idOf(one(org, actor, insert('Contact', { FirstName: 'Ada', LastName: 'Byron' })));
    const second = Math.floor(START / 1000) * 1000;
    expect(org.record('Contact', id.slice(0, 15))).toMatchObject({
      Id: id,
      Name: 'Ada Byron',
      IsDeleted: false,
      OwnerId: actor.userId,
      CreatedById: actor.userId,
      CreatedDate: second,
      LastModifiedDate: second,
      SystemModstamp: second,
      HasOptedOutOfEmail: false,
      MailingCity: null,
    });
  });

  test.each<[string, string, object, string, string]>([
    [
      'a missing field',
      'Account',
      {},
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [Name]',
    ],
    [
      'an unknown field',
      'Account',
      { Name: 'A', Nonsense__c: 1 },
      'INVALID_FIELD',
      "No such column 'Nonsense__c' on sobject of type Account",
    ],
    [
      'a field of the system',
      'Account',
      { Name: 'A', CreatedDate: '2020-01-01T00:00:00Z' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
    ],
    [
      'a record that is not there',
      'Contact',
      { LastName: 'B', AccountId: '001Hw0000000099' },
      'INVALID_CROSS_REFERENCE_KEY',
      'invalid cross reference id',
    ],
    [
      'a record of another object',
      'Contact',
      { LastName: 'B', AccountId: '005Hw0000000001' },
      'FIELD_INTEGRITY_EXCEPTION',
      'Account ID: id value of incorrect type: 005Hw0000000001IAA',
    ],
    ['an unknown object', 'Nonsense__c', {}, 'NOT_FOUND', 'The requested resource does not exist'],
  ])('is refused for %s', (_, entity, values, code, message) => {
    const { org, actor, committed } = setUp();
    const result = one(org, actor, insert(entity, values));
    expect(codes(result)).toEqual([code]);
    expect(result.errors[0]?.message).toBe(message);
    expect(committed).toEqual([]);
  });

  test('takes a parent by its external id', () => {
    const { org, actor } = setUp();
    org.addField(
      'Account',
      makeField({ name: 'Ext__c', label: 'Ext', type: 'string', externalId: true }),
    );
    const parent = idOf(one(org, actor, insert('Account', { Name: 'P', Ext__c: 'E1' })));
    const child = one(org, actor, insert('Contact', { LastName: 'C', Account: { Ext__c: 'e1' } }));
    expect(org.record('Contact', idOf(child))).toMatchObject({ AccountId: parent });
    const orphan = one(org, actor, insert('Contact', { LastName: 'C', Account: { Ext__c: 'E2' } }));
    expect(orphan.errors[0]?.message).toBe(
      'Foreign key external ID: E2 not found for field Ext__c in entity Account',
    );
  });
});

describe('updating', () => {
  test('moves the modification fields even where nothing changes', () => {
    const { org, actor, committed } = setUp();
    const id = idOf(one(org, actor, insert('Account', { Name: 'A', Site: 'x' })));
    org.clock.advance(5000);
    one(org, actor, { op: 'update', entity: 'Account', id, values: {} });
    const [, change] = committed.flatMap((transaction) => transaction.changes);
    expect(Number(change?.after?.['LastModifiedDate'])).toBe(
      Number(change?.before?.['LastModifiedDate']) + 5000,
    );
    expect(change?.type).toBe('UPDATE');
  });

  test('"" empties a field, and an absent one keeps its value', () => {
    const { org, actor } = setUp();
    const id = idOf(one(org, actor, insert('Account', { Name: 'A', Site: 'x', Sic: 'y' })));
    one(org, actor, { op: 'update', entity: 'Account', id, values: { Site: '' } });
    expect(org.record('Account', id)).toMatchObject({ Site: null, Sic: 'y' });
  });

  test('a deleted record and one that never was are told apart', () => {
    const { org, actor } = setUp();
    const id = idOf(one(org, actor, insert('Account', { Name: 'A' })));
    one(org, actor, { op: 'delete', id });
    const update = (of: string): string[] =>
      codes(one(org, actor, { op: 'update', entity: 'Account', id: of, values: {} }));
    expect(update(id)).toEqual(['ENTITY_IS_DELETED']);
    expect(update('001Hw00000ZZZZZ')).toEqual(['INVALID_CROSS_REFERENCE_KEY']);
    expect(update('x')).toEqual(['MALFORMED_ID']);
  });
});

describe('a transaction', () => {
  test('keeps the good writes of many where each stands alone', () => {
    const { org, actor, committed } = setUp();
    const results = org.write(
      actor,
      [insert('Account', { Name: 'A' }), insert('Account', {}), insert('Account', { Name: 'B' })],
      false,
    );
    expect(results.map((result) => result.success)).toEqual([true, false, true]);
    expect(committed.map((transaction) => transaction.changes.length)).toEqual([2]);
  });

  test('takes all back where one fails and all or none is asked', () => {
    const { org, actor, committed } = setUp();
    const id = idOf(one(org, actor, insert('Account', { Name: 'old' })));
    const results = org.write(
      actor,
      [
        { op: 'update', entity: 'Account', id, values: { Name: 'new' } },
        insert('Account', { Name: 'B' }),
        insert('Account', {}),
      ],
      true,
    );
    expect(results.map(codes)).toEqual([
      ['ALL_OR_NONE_OPERATION_ROLLED_BACK'],
      ['ALL_OR_NONE_OPERATION_ROLLED_BACK'],
      ['REQUIRED_FIELD_MISSING'],
    ]);
    expect([...org.records('Account')].map((record) => record['Name'])).toEqual(['old']);
    expect(committed).toHaveLength(1);
  });

  test('commit numbers rise, and are too large for a double', () => {
    const { org, actor, committed } = setUp();
    for (const Name of ['A', 'B', 'C']) one(org, actor, insert('Account', { Name }));
    const numbers = committed.map((transaction) => transaction.commitNumber);
    expect(numbers.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
    expect(numbers.every((number) => number > 2n ** 53n)).toBe(true);
    expect(new Set(committed.map((transaction) => transaction.key)).size).toBe(3);
  });
});

describe('external ids', () => {
  const withKey = (unique: boolean): ReturnType<typeof setUp> => {
    const all = setUp();
    const key = { name: 'Key__c', label: 'Key', type: 'string', externalId: true, unique } as const;
    all.org.addField('Account', makeField(key));
    return all;
  };
  const upsert = (externalId: string, values: object): Write => ({
    op: 'upsert',
    entity: 'Account',
    externalIdField: 'key__c',
    externalId,
    values: { ...values },
  });

  test('upsert creates, then updates, whatever the case of the key', () => {
    const { org, actor } = withKey(true);
    const created = one(org, actor, upsert('k1', { Name: 'A' }));
    const updated = one(org, actor, upsert('K1', { Name: 'B' }));
    expect([created.created, updated.created]).toEqual([true, false]);
    expect(org.record('Account', idOf(updated))).toMatchObject({ Name: 'B', Key__c: 'k1' });
    expect(org.findBy('Account', 'Key__c', 'k1')).toHaveLength(1);
  });

  test('a unique value is taken once, and free again after a delete', () => {
    const { org, actor } = withKey(true);
    const id = idOf(one(org, actor, insert('Account', { Name: 'A', Key__c: 'k' })));
    const twice = one(org, actor, insert('Account', { Name: 'B', Key__c: 'k' }));
    expect(twice.errors[0]?.message).toBe(
      `duplicate value found: Key__c duplicates value on record with id: ${id}`,
    );
    one(org, actor, { op: 'delete', id });
    expect(one(org, actor, insert('Account', { Name: 'B', Key__c: 'k' })).success).toBe(true);
    expect(codes(one(org, actor, { op: 'undelete', id }))).toEqual(['DUPLICATE_VALUE']);
  });

  test('a key of two records is refused', () => {
    const { org, actor } = withKey(false);
    for (const Name of ['A', 'B']) one(org, actor, insert('Account', { Name, Key__c: 'k' }));
    expect(codes(one(org, actor, upsert('k', {})))).toEqual(['DUPLICATE_EXTERNAL_ID']);
  });
});

describe('the recycle bin', () => {
  test('takes a parent with its children, and gives them back together', () => {
    const { org, actor, committed } = setUp();
    const account = idOf(one(org, actor, insert('Account', { Name: 'A' })));
    one(org, actor, insert('Contact', { LastName: 'B', AccountId: account }));
    one(org, actor, { op: 'delete', id: account });
    expect([...org.records('Contact')]).toEqual([]);
    expect([...org.records('Contact', true)]).toHaveLength(1);
    one(org, actor, { op: 'undelete', id: account });
    expect([...org.records('Contact')]).toHaveLength(1);
    expect(
      committed
        .slice(2)
        .map(({ changes }) => changes.map(({ entity, type }) => `${type} ${entity}`)),
    ).toEqual([
      ['DELETE Account', 'DELETE Contact'],
      ['UNDELETE Account', 'UNDELETE Contact'],
    ]);
  });
});

describe('what the server works out', () => {
  test('an opportunity follows its stage', () => {
    const { org, actor } = setUp();
    const values = { Name: 'O', StageName: 'Closed Won', CloseDate: '2026-01-01', Amount: 10 };
    const id = idOf(one(org, actor, insert('Opportunity', values)));
    expect(org.record('Opportunity', id)).toMatchObject({
      IsClosed: true,
      IsWon: true,
      Probability: 100,
      ExpectedRevenue: 10,
      ForecastCategoryName: 'Closed',
    });
  });

  test('cases are numbered', () => {
    const { org, actor } = setUp();
    const ids = ['a', 'b'].map((Subject) => idOf(one(org, actor, insert('Case', { Subject }))));
    expect(ids.map((id) => org.record('Case', id)?.['CaseNumber'])).toEqual([
      '00000001',
      '00000002',
    ]);
  });
});

describe('a change of fields', () => {
  test('reaches the records and the listeners', () => {
    const { org, actor } = setUp();
    const id = idOf(one(org, actor, insert('Account', { Name: 'A' })));
    const heard: string[] = [];
    org.onSchemaChange((entity) => heard.push(entity));
    org.addField('account', makeField({ name: 'N__c', label: 'N', type: 'double', custom: true }));
    one(org, actor, { op: 'update', entity: 'Account', id, values: { N__c: 12.5 } });
    org.retypeField('Account', 'N__c', 'string', 40);
    expect(org.record('Account', id)?.['N__c']).toBe('12.5');
    org.dropField('Account', 'N__c');
    expect(org.record('Account', id)).not.toHaveProperty('N__c');
    expect(heard).toEqual(['Account', 'Account', 'Account']);
  });

  test('a standard field stays', () => {
    const { org } = setUp();
    expect(() => org.dropField('Account', 'Name')).toThrow('Name is a standard field.');
  });
});

describe('sessions', () => {
  test('end by time, by revocation, and with their user', () => {
    const { org, actor } = setUp();
    const token = (): string => org.openSession(actor.userId).accessToken;
    const [old, revoked] = [token(), token()];
    expect(old).toMatch(/^00D\w{12}![\w.]{96}$/);
    expect(org.endSessions({ accessToken: revoked })).toBe(1);
    expect(org.session(revoked)).toBeUndefined();
    org.clock.advance(2 * 3_600_000);
    expect(org.session(old)).toBeUndefined();
    const last = token();
    one(org, actor, {
      op: 'update',
      entity: 'User',
      id: actor.userId,
      values: { IsActive: false },
    });
    expect(org.session(last)).toBeUndefined();
  });
});
