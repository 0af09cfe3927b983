import { AppError } from '../../../src/foundation/errors.ts';
import { createRandom } from '../org/random.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { Write } from '../org/types.ts';
import { RecordMaker } from './record-maker.ts';
import type { Kind } from './record-maker.ts';

/** Who imports, as change events show it. */
const ORIGIN = 'com/salesforce/api/bulk/66.0;client=headwater-seed';
/** A record's kind by its place in each twenty. */
const MIX: readonly Kind[] = [
  'Account',
  'Contact',
  'Contact',
  'Opportunity',
  'Lead',
  'Case',
  'Contact',
  'Account',
  'Contact',
  'Contact',
  'Case',
  'Opportunity',
  'Lead',
  'Contact',
  'Account',
  'Contact',
  'Case',
  'Opportunity',
  'Lead',
  'Task',
];
/** Of one object, as Salesforce's bulk loads commit them. */
const RECORDS_PER_TRANSACTION = 200;
/** Records that are known as parents of later ones. */
const PARENTS_HELD = 1000;
/** The same records each time, whatever the org's own random numbers are. */
const SEED = 20;

/**
 * Puts `count` records into the org, as an import by the administrator would: Accounts with Contacts, Opportunities, Cases
 * and Tasks, and Leads; the same for the same count, day and objects. `turn` is awaited between transactions. Throws
 * AppError where the org's own rules refuse a record.
 */
export async function seedRecords(
  org: SandboxOrg,
  count: number,
  turn: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const random = createRandom(SEED);
  const maker = new RecordMaker(org, random);
  const accounts: string[] = [];
  const contacts: { id: string; accountId: string }[] = [];
  const open = new Map<Kind, Write[]>();
  const flush = async (kind: Kind): Promise<void> => {
    const writes = open.get(kind) ?? [];
    open.delete(kind);
    const ids = insert(org, kind, writes);
    if (kind === 'Account') accounts.push(...ids);
    if (kind === 'Contact') contacts.push(...withAccounts(ids, writes));
    for (const parents of [accounts, contacts]) {
      parents.splice(0, Math.max(0, parents.length - PARENTS_HELD));
    }
    await turn();
  };
  for (let i = 0; i < count; i++) {
    const kind = MIX[i % MIX.length] ?? 'Account';
    // The first of a kind need a parent at once.
    if (i < MIX.length && kind !== 'Account' && accounts.length === 0) await flush('Account');
    if (i < MIX.length && kind === 'Case' && contacts.length === 0) await flush('Contact');
    const writes = open.get(kind) ?? [];
    const values = maker.make(kind, i + 1, { accounts, contacts });
    writes.push({ op: 'insert', entity: kind, values });
    open.set(kind, writes);
    if (writes.length === RECORDS_PER_TRANSACTION) await flush(kind);
  }
  for (const kind of open.keys()) await flush(kind);
}

function insert(org: SandboxOrg, kind: Kind, writes: readonly Write[]): string[] {
  const actor = { userId: org.admin.id, origin: ORIGIN };
  return org.write(actor, writes, false).map(({ id, errors }) => {
    if (id !== null) return id;
    const [error] = errors;
    throw new AppError(
      'config',
      'sandbox.seed.refused',
      `A seeded ${kind} was refused: ${error?.errorCode}: ${error?.message}`,
      { path: 'seed', suggestion: 'Seed without the project whose rules refuse it.' },
    );
  });
}

function withAccounts(
  ids: readonly string[],
  writes: readonly Write[],
): { id: string; accountId: string }[] {
  return ids.flatMap((id, i) => {
    const write = writes[i];
    const accountId = write?.op === 'insert' ? write.values['AccountId'] : null;
    return typeof accountId === 'string' ? [{ id, accountId }] : [];
  });
}
