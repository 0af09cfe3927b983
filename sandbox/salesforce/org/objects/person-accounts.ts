/** Accounts that are persons: an account and its one contact, which are written as one record. */
import { notWritable } from '../values.ts';
import type { FieldValue, RecordValues } from '../types.ts';
import type { FollowUp } from './follow-ups.ts';

const NAMES = ['Salutation', 'FirstName', 'LastName'];

/** A company's name is given whole, a person's in parts; who gives the other is refused. */
export function checkName(record: RecordValues, given: RecordValues): void {
  const foreign = record['IsPersonAccount'] === true ? ['Name'] : NAMES;
  const wrong = foreign.filter((name) => (given[name] ?? null) !== null);
  if (wrong.length > 0) throw notWritable(...wrong.map((name) => ({ name })));
}

/** Before required fields are asked for: a last name makes a person. */
export function personAccount(record: RecordValues): Record<string, FieldValue> {
  const { LastName = null } = record;
  if (LastName === null || !('IsPersonAccount' in record)) return {};
  return { IsPersonAccount: true, Name: fullName(record) };
}

export function fullName(record: RecordValues): string {
  const parts = [record['FirstName'], record['LastName']];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** The contact is made with the account and follows it. */
export function followPerson({ record, before, add, set }: FollowUp): void {
  if (record['IsPersonAccount'] !== true) return;
  const mapped = Object.keys(record).flatMap((name) => {
    const contactField = contactFieldOf(name);
    return contactField === undefined ? [] : [[name, contactField] as const];
  });
  const moved = mapped.filter(([name]) => before === null || before[name] !== record[name]);
  const values = Object.fromEntries(moved.map(([name, to]) => [to, record[name] ?? null]));
  if (before === null) {
    const about = { Name: fullName(record), AccountId: record['Id'] ?? null };
    const PersonContactId = add('Contact', { ...values, ...about, IsPersonAccount: true });
    set('Account', record['Id'], { PersonContactId });
    return;
  }
  if (moved.length === 0) return;
  set('Contact', record['PersonContactId'], { ...values, Name: fullName(record) });
}

/** `PersonEmail` is the contact's `Email`; names and owner are called alike. */
function contactFieldOf(name: string): string | undefined {
  if (NAMES.includes(name) || name === 'OwnerId') return name;
  if (!name.startsWith('Person') || name === 'PersonContactId') return undefined;
  return name.slice('Person'.length);
}
