import { beforeEach, expect, test } from 'vitest';
import { WrittenOrg } from './support.ts';

let it: WrittenOrg;
let master: string;
let loser: string;
let other: string;

beforeEach(() => {
  it = new WrittenOrg();
  master = it.insert('Account', { Name: 'Master', Phone: '1' });
  loser = it.insert('Account', { Name: 'Loser', Phone: '2' });
  other = it.insert('Account', { Name: 'Other' });
});

const merge = (loserIds: readonly string[], values = {}): ReturnType<WrittenOrg['write']> =>
  it.write({ op: 'merge', entity: 'Account', id: master, loserIds, values });

test('deletes the losers, gives their children to the master, and updates the master, in this order', () => {
  const contact = it.insert('Contact', { LastName: 'Doe', AccountId: loser });
  const request = it.insert('Case', { Subject: 'Broken', AccountId: other });
  const child = it.insert('Account', { Name: 'Child', ParentId: loser });
  const { related } = merge([loser, other], { Phone: '2' });
  expect(it.told()).toEqual([
    'DELETE Account Loser',
    'DELETE Account Other',
    'UPDATE Account Child',
    'UPDATE Contact Doe',
    'UPDATE Case Broken',
    'UPDATE Account Master',
  ]);
  expect(new Set(related)).toEqual(new Set([contact, request, child]));
  expect(it.org.record('Account', master)).toMatchObject({ Phone: '2', MasterRecordId: null });
  expect(it.org.record('Account', loser, true)).toMatchObject({
    IsDeleted: true,
    MasterRecordId: master,
  });
  expect(it.org.record('Contact', contact)).toMatchObject({ AccountId: master });
  expect(it.org.record('Case', request)).toMatchObject({ AccountId: master });
});

test('can be undone for a loser, whose children stay with the master', () => {
  const contact = it.insert('Contact', { LastName: 'Doe', AccountId: loser });
  merge([loser]);
  it.write({ op: 'undelete', id: loser });
  expect(it.told()).toEqual(['UNDELETE Account Loser']);
  expect(it.org.record('Account', loser)).toMatchObject({ MasterRecordId: null, Phone: '2' });
  expect(it.org.record('Contact', contact)).toMatchObject({ AccountId: master });
});

test('a child that comes back after its parent lost a merge belongs to the master', () => {
  const contact = it.insert('Contact', { LastName: 'Doe', AccountId: loser });
  it.write({ op: 'delete', id: contact });
  merge([loser]);
  it.write({ op: 'undelete', id: contact });
  expect(it.org.record('Contact', contact)).toMatchObject({ AccountId: master });
});

test.each([
  ['Contact', { LastName: 'Doe' }],
  ['Lead', { LastName: 'Doe', Company: 'Acme' }],
  ['Case', { Subject: 'Broken' }],
])('merges %s too', (entity, values) => {
  const [id, gone] = [it.insert(entity, values), it.insert(entity, values)];
  it.write({ op: 'merge', entity, id, loserIds: [gone], values: {} });
  expect(it.org.record(entity, gone, true)).toMatchObject({ MasterRecordId: id });
});

test.each([
  ['another object', () => ({ entity: 'Opportunity' }), 'INVALID_TYPE_FOR_OPERATION'],
  ['a record with itself', () => ({ loserIds: [master] }), 'INVALID_OPERATION'],
  ['no loser', () => ({ loserIds: [] }), 'INVALID_OPERATION'],
  ['three losers', () => ({ loserIds: [loser, other, third()] }), 'INVALID_OPERATION'],
  ['a loser twice', () => ({ loserIds: [loser, loser.slice(0, 15)] }), 'INVALID_OPERATION'],
  ['a record of another object', () => ({ loserIds: [contact()] }), 'INVALID_CROSS_REFERENCE_KEY'],
  ['a loser that is deleted', () => ({ loserIds: [deleted()] }), 'ENTITY_IS_DELETED'],
  ['a malformed id', () => ({ loserIds: ['x'] }), 'MALFORMED_ID'],
  ['a field that there is not', () => ({ values: { None: 1 } }), 'INVALID_FIELD'],
])('refuses to merge with %s, and changes nothing', (_, wrong, code) => {
  const write = {
    op: 'merge',
    entity: 'Account',
    id: master,
    loserIds: [loser],
    values: {},
  } as const;
  const changed = { ...write, ...wrong() };
  it.changes = [];
  expect(it.refused(changed)).toMatchObject({ errorCode: code });
  expect(it.changes).toEqual([]);
  expect(it.org.record('Account', loser)).toMatchObject({ IsDeleted: false });
});

test('refuses what would put the master above itself', () => {
  it.write({ op: 'update', entity: 'Account', id: master, values: { ParentId: loser } });
  const write = { op: 'merge', entity: 'Account', id: master, loserIds: [loser] } as const;
  expect(it.refused({ ...write, values: {} })).toMatchObject({ errorCode: 'CIRCULAR_DEPENDENCY' });
  it.write({ ...write, values: { ParentId: null } });
  expect(it.org.record('Account', master)).toMatchObject({ ParentId: null });
});

function third(): string {
  return it.insert('Account', { Name: 'Third' });
}

function contact(): string {
  return it.insert('Contact', { LastName: 'Doe' });
}

function deleted(): string {
  const id = third();
  it.write({ op: 'delete', id });
  return id;
}
