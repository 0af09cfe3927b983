import type { SandboxOrg } from '../org/org.ts';
import type { Random } from '../org/random.ts';
import type { JsonValues, SaveResult, Write } from '../org/types.ts';
import { EDIT_KINDS } from './mix.ts';
import type { EditKind, EditMix } from './mix.ts';
import { Pool } from './pool.ts';
import { RecordMaker } from './record-maker.ts';
import type { Kind } from './record-maker.ts';

/** Who edits, as change events show it. */
const ORIGIN = 'com/salesforce/api/rest/66.0;client=headwater-load';
/** What is edited, by how often; the last four are what is deleted, for nothing hangs on them. */
const CREATED: readonly Kind[] = ['Account', 'Contact', 'Contact', 'Opportunity', 'Case', 'Lead'];
const DELETED: readonly Kind[] = ['Opportunity', 'Case', 'Lead', 'Task'];
const KINDS: readonly Kind[] = ['Account', 'Contact', ...DELETED];
/** Of the fields that a new record would have, those that an edit may change. */
const CHANGED: Readonly<Record<Kind, readonly string[]>> = {
  Account: ['Phone', 'Rating', 'Industry', 'AnnualRevenue', 'NumberOfEmployees', 'BillingStreet'],
  Contact: ['Phone', 'Title', 'Email', 'LeadSource', 'HasOptedOutOfEmail'],
  Opportunity: ['StageName', 'Amount', 'CloseDate', 'NextStep'],
  Case: ['Status', 'Priority', 'Description'],
  Lead: ['Status', 'Rating', 'Phone', 'City'],
  Task: ['Status', 'ActivityDate', 'Priority'],
};
const MOST_FIELDS = 3;
/** Ids known of each object: of those that an org with more records has, some are never edited. */
const IDS_HELD = 50_000;
const DELETED_HELD = 5_000;

interface Edit {
  readonly write: Write;
  readonly kind: Kind;
}

/** Edits records of an org, as its users would; the ones there are and the ones it makes. */
export class Editor {
  readonly #org: SandboxOrg;
  readonly #random: Random;
  readonly #maker: RecordMaker;
  readonly #live: Readonly<Record<Kind, Pool>>;
  readonly #deleted: Pool;
  /** Tells new records from those of a seed. */
  #made = 10_000_000;

  constructor(org: SandboxOrg, random: Random) {
    this.#org = org;
    this.#random = random;
    this.#maker = new RecordMaker(org, random);
    const pool = (): Pool => new Pool(IDS_HELD, random);
    this.#live = {
      Account: pool(),
      Contact: pool(),
      Opportunity: pool(),
      Case: pool(),
      Lead: pool(),
      Task: pool(),
    };
    this.#deleted = new Pool(DELETED_HELD, random);
    for (const kind of KINDS) {
      for (const record of org.records(kind)) this.#live[kind].add(String(record['Id']));
    }
  }

  /** One transaction of so many edits; gives how many failed, as edits of records that others have deleted do. */
  transaction(edits: number, mix: EditMix): number {
    const planned = Array.from({ length: edits }, () => this.#plan(this.#kindOf(mix)));
    const actor = { userId: this.#org.admin.id, origin: ORIGIN };
    const results = this.#org.write(
      actor,
      planned.map(({ write }) => write),
      false,
    );
    results.forEach((result, i) => this.#learn(planned[i], result));
    return results.filter((result) => !result.success).length;
  }

  #kindOf(mix: EditMix): EditKind {
    const total = EDIT_KINDS.reduce((sum, kind) => sum + mix[kind], 0);
    let at = this.#random(1_000_000) / 1_000_000;
    for (const kind of EDIT_KINDS) {
      at -= mix[kind] / total;
      if (at < 0) return kind;
    }
    return 'update';
  }

  /** Where there is nothing to delete or undelete, something is changed; where there is nothing at all, made. */
  #plan(edit: EditKind): Edit {
    if (edit === 'create') return this.#create();
    if (edit === 'undelete') {
      const id = this.#deleted.take();
      if (id !== undefined) return { write: { op: 'undelete', id }, kind: this.#kindById(id) };
    }
    if (edit === 'delete') {
      const kind = this.#one(DELETED);
      const id = this.#live[kind].take();
      if (id !== undefined) return { write: { op: 'delete', id }, kind };
    }
    return this.#update();
  }

  #create(): Edit {
    const kind = this.#one(CREATED);
    return { write: { op: 'insert', entity: kind, values: this.#values(kind) }, kind };
  }

  #update(): Edit {
    const kind = this.#one(KINDS);
    const id = this.#live[kind].any();
    if (id === undefined) return this.#create();
    const all = this.#values(kind);
    const names = CHANGED[kind];
    const values: Record<string, unknown> = {};
    for (let i = this.#random(MOST_FIELDS); i >= 0; i--) {
      const name = this.#one(names);
      values[name] = all[name];
    }
    return { write: { op: 'update', entity: kind, id, values }, kind };
  }

  #values(kind: Kind): JsonValues {
    const account = this.#live.Account.any();
    const contact = this.#live.Contact.any();
    const accountId = contact === undefined ? undefined : this.#accountOf(contact);
    return this.#maker.make(kind, ++this.#made, {
      accounts: account === undefined ? [] : [account],
      contacts:
        contact === undefined || accountId === undefined ? [] : [{ id: contact, accountId }],
    });
  }

  #accountOf(contact: string): string | undefined {
    const id = this.#org.record('Contact', contact)?.['AccountId'];
    return typeof id === 'string' ? id : undefined;
  }

  #learn(edit: Edit | undefined, { id, success }: SaveResult): void {
    if (edit === undefined || id === null || !success) return;
    const { write, kind } = edit;
    if (write.op === 'insert' || write.op === 'undelete') this.#live[kind].add(id);
    if (write.op === 'delete') this.#deleted.add(id);
  }

  #kindById(id: string): Kind {
    return KINDS.find((kind) => this.#org.object(kind)?.keyPrefix === id.slice(0, 3)) ?? 'Task';
  }

  #one<T>(from: readonly T[]): T {
    const found = from[this.#random(from.length)];
    if (found === undefined) throw new RangeError('There is nothing to choose from.');
    return found;
  }
}
