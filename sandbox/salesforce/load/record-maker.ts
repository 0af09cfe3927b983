/** Believable values of new records, each the same for the same random numbers and the same day. */
import type { Random } from '../org/random.ts';
import type { JsonValues, Org } from '../org/types.ts';
import type { Place } from './words.ts';
import {
  COMPLAINTS,
  FAMILY,
  FORMS,
  GIVEN,
  PLACES,
  PLACES_IN_NAMES,
  STREETS,
  TITLES,
  TRADES,
} from './words.ts';

/** What is made, in the order of the objects' weights among 20 records. */
export type Kind = 'Account' | 'Contact' | 'Opportunity' | 'Case' | 'Lead' | 'Task';

/** Records that later ones refer to. */
export interface Parents {
  /** Ids of accounts and of their contacts, the newest last. */
  readonly accounts: readonly string[];
  readonly contacts: readonly { readonly id: string; readonly accountId: string }[];
}

const DAY_MS = 86_400_000;
/** Text of an Opportunity's name, characters. */
const NAME_LIMIT = 120;

export class RecordMaker {
  readonly #org: Org;
  readonly #random: Random;
  readonly #picklists = new Map<string, readonly string[]>();

  constructor(org: Org, random: Random) {
    this.#org = org;
    this.#random = random;
  }

  /** `number` tells it from all others of its kind. */
  make(kind: Kind, number: number, parents: Parents): JsonValues {
    switch (kind) {
      case 'Account':
        return this.#account(number, parents);
      case 'Contact':
        return this.#contact(number, parents);
      case 'Opportunity':
        return this.#opportunity(number, parents);
      case 'Case':
        return this.#case(number, parents);
      case 'Lead':
        return this.#lead(number);
      case 'Task':
        return this.#task(number, parents);
    }
  }

  #account(number: number, { accounts }: Parents): JsonValues {
    const place = this.#one(PLACES);
    return {
      Name: this.#company(number),
      Type: this.#pick('Account', 'Type'),
      Industry: this.#pick('Account', 'Industry'),
      Rating: this.#maybe(40, () => this.#pick('Account', 'Rating')),
      AccountNumber: `A${String(number).padStart(7, '0')}`,
      ParentId: this.#maybe(10, () => accounts.at(-1) ?? null),
      Phone: this.#phone(place),
      Website: `https://www.company-${number}.example`,
      BillingStreet: `${this.#one(STREETS)} ${1 + this.#random(200)}`,
      BillingCity: place.city,
      BillingState: place.state,
      BillingPostalCode: place.post,
      BillingCountry: place.country,
      AnnualRevenue: this.#maybe(80, () => 50_000 * (1 + this.#random(2000))),
      NumberOfEmployees: 1 + this.#random(5000),
    };
  }

  #contact(number: number, parents: Parents): JsonValues {
    const [given, family] = [this.#one(GIVEN), this.#one(FAMILY)];
    const place = this.#one(PLACES);
    return {
      AccountId: this.#maybe(95, () => this.#recent(parents.accounts) ?? null),
      FirstName: given,
      LastName: family,
      Email: mailbox(given, family, number),
      Title: this.#maybe(70, () => this.#one(TITLES)),
      Phone: this.#phone(place),
      MailingCity: place.city,
      MailingCountry: place.country,
      LeadSource: this.#maybe(50, () => this.#pick('Contact', 'LeadSource')),
      HasOptedOutOfEmail: this.#random(10) === 0,
      Birthdate: this.#maybe(20, () => this.#day(-65 * 365, -20 * 365)),
    };
  }

  #opportunity(number: number, { accounts }: Parents): JsonValues {
    const stage = this.#pick('Opportunity', 'StageName') ?? 'Prospecting';
    const closed = stage.startsWith('Closed');
    const trade = this.#one(TRADES);
    return {
      AccountId: this.#recent(accounts) ?? null,
      Name: `${trade} for season ${1 + this.#random(4)}, offer ${number}`.slice(0, NAME_LIMIT),
      StageName: stage,
      CloseDate: closed ? this.#day(-400, 0) : this.#day(1, 200),
      Amount: this.#maybe(90, () => (5000 + this.#random(50_000_000)) / 100),
      Type: this.#pick('Opportunity', 'Type'),
      LeadSource: this.#maybe(60, () => this.#pick('Opportunity', 'LeadSource')),
      NextStep: closed ? null : `Call about ${trade.toLowerCase()}`,
    };
  }

  #case(number: number, { contacts }: Parents): JsonValues {
    const contact = this.#recent(contacts);
    const complaint = this.#one(COMPLAINTS);
    return {
      ContactId: contact?.id ?? null,
      AccountId: contact?.accountId ?? null,
      Subject: `${complaint} (${number})`,
      Status: this.#pick('Case', 'Status'),
      Priority: this.#pick('Case', 'Priority'),
      Origin: this.#pick('Case', 'Origin'),
      Type: this.#maybe(60, () => this.#pick('Case', 'Type')),
      Description: `${complaint}.\nReported by the customer; order ${100_000 + this.#random(900_000)}.`,
    };
  }

  #lead(number: number): JsonValues {
    const [given, family] = [this.#one(GIVEN), this.#one(FAMILY)];
    const place = this.#one(PLACES);
    return {
      FirstName: given,
      LastName: family,
      Company: this.#company(number + 500_000),
      Email: mailbox(given, family, number + 5_000_000),
      Phone: this.#phone(place),
      City: place.city,
      Country: place.country,
      Status: this.#one(['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted']),
      LeadSource: this.#pick('Lead', 'LeadSource'),
      Industry: this.#maybe(50, () => this.#pick('Lead', 'Industry')),
      Rating: this.#maybe(30, () => this.#pick('Lead', 'Rating')),
    };
  }

  #task(number: number, { contacts }: Parents): JsonValues {
    const contact = this.#recent(contacts);
    return {
      Subject: this.#one(['Call', 'Email', 'Send Quote', 'Send Letter']),
      WhoId: contact?.id ?? null,
      WhatId: contact?.accountId ?? null,
      Status: this.#pick('Task', 'Status'),
      Priority: this.#pick('Task', 'Priority'),
      ActivityDate: this.#day(-60, 60),
      Description: `Follow up ${number}`,
    };
  }

  #company(number: number): string {
    return `${this.#one(PLACES_IN_NAMES)} ${this.#one(TRADES)} ${number} ${this.#one(FORMS)}`;
  }

  #phone({ dial }: Place): string {
    return `${dial} ${10_000_000 + this.#random(90_000_000)}`;
  }

  /** `YYYY-MM-DD`, so many days from the org's today. */
  #day(from: number, to: number): string {
    const days = from + this.#random(to - from);
    return new Date(this.#org.clock.now() + days * DAY_MS).toISOString().slice(0, 10);
  }

  /** One of the field's active values, as the org has them; null where there are none. */
  #pick(entity: string, field: string): string | null {
    const key = `${entity}.${field}`;
    let values = this.#picklists.get(key);
    if (values === undefined) {
      const def = this.#org.object(entity)?.fields.find((each) => each.name === field);
      values = def?.picklistValues ?? [];
      this.#picklists.set(key, values);
    }
    return values[this.#random(Math.max(1, values.length))] ?? null;
  }

  #one<T>(from: readonly [T, ...T[]] | readonly T[]): T {
    const found = from[this.#random(from.length)];
    if (found === undefined) throw new RangeError('There is nothing to choose from.');
    return found;
  }

  /** Relations are local: one of the newest few hundred. */
  #recent<T>(from: readonly T[]): T | undefined {
    return from.at(-1 - this.#random(Math.min(from.length, 300)));
  }

  #maybe<T>(percent: number, make: () => T): T | null {
    return this.#random(100) < percent ? make() : null;
  }
}

function mailbox(given: string, family: string, number: number): string {
  return `${given}.${family}.${number}@mail.example`.toLowerCase();
}
