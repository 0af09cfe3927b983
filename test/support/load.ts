/** People at work: creates, updates, nulls, deletes and undeletes over several objects, from one seed. */
import type { JsonValues, Write } from '../../sandbox/salesforce/org/types.ts';
import type { Actor, Org, RecordChange, Transaction } from '../../sandbox/index.ts';
import type { Random } from './random.ts';

const PEOPLE = 'com/salesforce/api/rest/66.0;client=people';
const BEAT_MS = 50;
/** From here on records are mostly updated instead of added to. */
const ENOUGH = 60;

export type Make = (random: Random) => JsonValues[string];

/** Per object, fields and their values; every one but the first may be emptied. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  Account: {
    Name: word,
    Phone: digits,
    BillingStreet: (random) => `${word(random)} ${random.below(200)}\nRear building`,
    BillingCity: word,
    ShippingPostalCode: digits,
    AnnualRevenue: (random) => random.below(1e9),
    NumberOfEmployees: (random) => random.below(5_000),
    Description: (random) => word(random).repeat(1 + random.below(40)),
  },
  Contact: {
    LastName: word,
    FirstName: word,
    Email: (random) => `p${random.below(1e6)}@example.com`,
    MailingCity: word,
    Birthdate: (random) => `19${10 + random.below(90)}-0${1 + random.below(9)}-11`,
  },
  Bike__c: {
    Name: word,
    Price__c: (random) => random.below(1e6) / 100,
    In_Stock__c: (random) => random.below(100),
    Frame__c: (random) => random.pick(['Steel', 'Carbon']),
  },
};
export const OBJECTS = Object.keys(FIELDS);

/** One change as it was committed. */
export interface Committed {
  readonly transaction: string;
  readonly timestamp: number;
  readonly change: RecordChange;
}

export class Load implements Disposable {
  /** All that was committed since this load was made, in order. */
  readonly committed: Committed[] = [];
  readonly #org: Org;
  readonly #random: Random;
  readonly #actor: Actor;
  readonly #live: Record<string, string[]> = {};
  readonly #binned: Record<string, string[]> = {};
  readonly #fields: Record<string, Record<string, Make>> = {};
  readonly #listener: Disposable;
  #held = false;

  constructor(org: Org, random: Random) {
    this.#org = org;
    this.#random = random;
    this.#actor = { userId: org.users()[0]?.id ?? '', origin: PEOPLE };
    for (const entity of OBJECTS) {
      [this.#live[entity], this.#binned[entity]] = [[], []];
      this.#fields[entity] = { ...FIELDS[entity] };
    }
    this.#listener = org.onCommit((transaction) => this.#note(transaction));
  }

  /** Writes about `perSecond` records a second until aborted. */
  async run(perSecond: number, signal: AbortSignal): Promise<void> {
    const begun = performance.now();
    let written = 0;
    while (!signal.aborted) {
      const due = ((performance.now() - begun) * perSecond) / 1_000;
      while (written < due && !this.#held) written += this.#transact();
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
    }
  }

  /** What is done falls between two transactions: none is written meanwhile. */
  async between(work: () => Promise<void>): Promise<void> {
    this.#held = true;
    try {
      await work();
    } finally {
      this.#held = false;
    }
  }

  /** From now on a field is written that the org has gained. */
  gain(entity: string, field: string, make: Make): void {
    this.#fields[entity] = { ...this.#fields[entity], [field]: make };
  }

  /** From now on a field isn't written any more. */
  lose(entity: string, field: string): void {
    delete this.#fields[entity]?.[field];
  }

  /** One more record of an object; returns its id. */
  create(entity: string): string {
    return this.#write([{ op: 'insert', entity, values: this.#values(entity) }])[0] ?? '';
  }

  /** One transaction of several records; returns their number. */
  #transact(): number {
    const entity = this.#random.pick(OBJECTS);
    const live = this.#live[entity] ?? [];
    if (live.length < ENOUGH || this.#random.below(10) === 0) {
      this.create(entity);
      return 1;
    }
    const ids = new Set(
      Array.from({ length: 1 + this.#random.below(4) }, () => this.#random.pick(live)),
    );
    const what = this.#random.below(20);
    if (what < 2) return this.#remove(entity, [...ids]);
    if (what < 4) return this.#restore(entity);
    // The same values for all: Salesforce merges such changes into one event.
    const same = what < 7 ? this.#some(entity) : undefined;
    const values = (): JsonValues => same ?? this.#some(entity);
    this.#write([...ids].map((id) => ({ op: 'update', entity, id, values: values() })));
    return ids.size;
  }

  #remove(entity: string, ids: readonly string[]): number {
    this.#write(ids.map((id) => ({ op: 'delete', id })));
    this.#live[entity] = (this.#live[entity] ?? []).filter((id) => !ids.includes(id));
    this.#binned[entity]?.push(...ids);
    return ids.length;
  }

  #restore(entity: string): number {
    const id = this.#binned[entity]?.pop();
    if (id === undefined) return 0;
    this.#write([{ op: 'undelete', id }]);
    this.#live[entity]?.push(id);
    return 1;
  }

  #values(entity: string): JsonValues {
    const all = Object.entries(this.#fields[entity] ?? {});
    return Object.fromEntries(all.map(([name, make], i) => [name, this.#value(make, i > 0)]));
  }

  /** Some fields of an object, some of them emptied. */
  #some(entity: string): JsonValues {
    const [name = '', ...others] = Object.keys(this.#fields[entity] ?? {});
    const chosen = [this.#random.pick(others), this.#random.pick([name, ...others])];
    const made = this.#values(entity);
    return Object.fromEntries(chosen.map((field) => [field, made[field]]));
  }

  #value(make: Make, nullable: boolean): unknown {
    const value = make(this.#random);
    return nullable && this.#random.below(5) === 0 ? null : value;
  }

  #write(writes: readonly Write[]): readonly string[] {
    const results = this.#org.write(this.#actor, writes, true);
    return results.map(({ id, success, errors }) => {
      if (!success || id === null) throw new Error(errors[0]?.message ?? 'not written');
      return id;
    });
  }

  #note({ key, timestamp, changes }: Transaction): void {
    for (const change of changes) {
      this.committed.push({ transaction: key, timestamp, change });
      if (change.type === 'CREATE') this.#live[change.entity]?.push(change.id);
    }
  }

  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }
}

function word(random: Random): string {
  const letters = ['ka', 'ro', 'mi', 'Øs', 'te', 'ü', 'lan', '漢', 'be'];
  return Array.from({ length: 2 + random.below(3) }, () => random.pick(letters)).join('');
}

function digits(random: Random): string {
  return String(10_000_000 + random.below(89_999_999));
}
