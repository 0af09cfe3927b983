import type { FieldValue, RecordValues } from '../types.ts';

/** What the server itself works out from the rest of a record. */
export type Derive = (record: RecordValues) => Record<string, FieldValue>;

const personName: Derive = (record) => ({
  Name: [record['FirstName'], record['LastName']].filter((part) => part !== null).join(' '),
});

const DERIVED: Readonly<Record<string, Derive>> = {
  Contact: personName,
  Lead: personName,
  User: personName,
};

export function deriveFor(entity: string): Derive | undefined {
  return DERIVED[entity];
}
