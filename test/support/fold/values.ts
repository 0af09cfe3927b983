/** Random values of the fields that the wire's edits write. */
import type { Random } from '../random.ts';

export type JsonRecord = Record<string, unknown>;

export const ENTITIES = [
  'Account',
  'Contact',
  'Lead',
  'Opportunity',
  'OpportunityContactRole',
  'Case',
  'Task',
  'Campaign',
  'CampaignMember',
] as const;

export type Entity = (typeof ENTITIES)[number];

/** One that was there when the pool was read; undefined where there is none. */
export type SomeId = (entity: Entity) => string | undefined;

const LONG_LINES = 60;

export class Values {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What a new record needs, and some more. */
  fresh(entity: Entity, someId: SomeId): JsonRecord {
    const named: Readonly<Record<Entity, JsonRecord>> = {
      Account: {
        Name: this.#word() || 'Acme',
        Ext__c: `x${this.#random.below(1e9)}`,
        Description: this.#long(),
      },
      Contact: { LastName: 'Doe' },
      Lead: { LastName: 'Roe', Company: 'Acme' },
      Opportunity: { Name: 'Fleet', StageName: 'Prospecting', CloseDate: this.#day() },
      OpportunityContactRole: {
        OpportunityId: someId('Opportunity') ?? null,
        ContactId: someId('Contact') ?? null,
      },
      Case: { Subject: 'Broken' },
      Task: { Subject: 'Call' },
      Campaign: { Name: 'Spring' },
      CampaignMember: { CampaignId: someId('Campaign') ?? null, LeadId: someId('Lead') ?? null },
    };
    return { ...named[entity], ...this.some(entity, someId) };
  }

  /** A change: some fields, some of them emptied. */
  some(entity: Entity, someId: SomeId): JsonRecord {
    const entries = Object.entries(this.#makers(entity, someId))
      .filter(() => this.#random.below(3) === 0)
      .map(([name, make]) => [name, make()] as const);
    return Object.fromEntries(
      entries.map(([name, value]) => {
        const empty = typeof value !== 'boolean' && this.#random.below(4) === 0;
        return [name, empty ? null : value];
      }),
    );
  }

  #makers(entity: Entity, someId: SomeId): Readonly<Record<string, () => unknown>> {
    const word = (): string => this.#word();
    const number = (): number => this.#random.below(1e6) / 4;
    const flag = (): boolean => this.#random.below(2) === 0;
    const id = (of: Entity) => (): string | null => someId(of) ?? null;
    const makers: Readonly<Record<Entity, Readonly<Record<string, () => unknown>>>> = {
      Account: {
        Phone: word,
        BillingStreet: word,
        BillingCity: word,
        BillingLatitude: () => this.#random.below(90),
        AnnualRevenue: () => this.#random.below(1e9),
        Description: () => this.#long(),
        Opens__c: () => this.#time(),
        Seen__c: () => `${this.#day()}T10:00:${this.#digits()}.000Z`,
        Active__c: flag,
      },
      Contact: {
        FirstName: word,
        AccountId: id('Account'),
        ReportsToId: id('Contact'),
        Sponsor__c: id('Account'),
        MailingCity: word,
        Birthdate: () => this.#day(),
        DoNotCall: flag,
      },
      Lead: { FirstName: word, City: word, Email: () => 'a@b.example', Referrer__c: id('Contact') },
      Opportunity: { AccountId: id('Account'), Amount: number, CampaignId: id('Campaign') },
      OpportunityContactRole: { Role: word },
      Case: { AccountId: id('Account'), ContactId: id('Contact'), ParentId: id('Case') },
      Task: { WhatId: id('Opportunity'), WhoId: id('Contact'), Description: word },
      Campaign: { ParentId: id('Campaign'), IsActive: flag },
      CampaignMember: { Status: () => this.#random.pick(['Sent', 'Responded']) },
    };
    return makers[entity];
  }

  #word(): string {
    return this.#random.pick(['', 'Acme', 'Ünïcødé 🚲', '"quoted", \n\\', 'x'.repeat(30)]);
  }

  #digits(): string {
    return String(this.#random.below(10)).padStart(2, '0');
  }

  #time(): string {
    return `${this.#digits()}:15:${this.#digits()}.000Z`;
  }

  #day(): string {
    return `19${this.#random.below(10)}0-02-${String(1 + this.#random.below(28)).padStart(2, '0')}`;
  }

  /** A text that events tell by its difference. */
  #long(): string {
    const changed = this.#random.below(LONG_LINES);
    const line = (i: number): string => `line ${i === changed ? this.#random.next() : i}`;
    return Array.from({ length: LONG_LINES }, (_, i) => line(i)).join('\n') + '.'.repeat(900);
  }
}
