import type { OrgClient } from './org-client.ts';

const STATUSES = ['Paid', 'Assembled', 'Shipped', 'Delivered'] as const;
const MODELS = ['Marble', 'Granite', 'Chalk', 'Slate', 'Flint'];

/** What a person did, for the latency: the moment the write was sent. */
export interface Deed {
  readonly orderId: string;
  readonly sentAt: number;
}

/** People who buy bicycles and a shop that serves them: a story of orders, told by REST. */
export class People {
  readonly #org: OrgClient;
  readonly #bikes: string[] = [];
  readonly #customers: string[] = [];
  readonly #open: { id: string; step: number }[] = [];
  /** Writes so far: each leaves one change event. */
  deeds = 0;
  #turn = 0;

  constructor(org: OrgClient) {
    this.#org = org;
  }

  async furnish(): Promise<void> {
    for (const [i, model] of MODELS.entries()) {
      this.#bikes.push(
        await this.#org.create('Bike__c', {
          Name: model,
          Price__c: 899.95 + i * 410,
          Frame__c: i % 2 === 0 ? 'Steel' : 'Carbon',
          In_Stock__c: 40 + i,
          Electric__c: i === 4,
        }),
      );
      this.deeds++;
    }
  }

  /** One thing somebody does; returns the order it concerned, if any. */
  async act(): Promise<Deed | undefined> {
    const turn = this.#turn++;
    if (turn % 10 === 0 || this.#customers.length === 0) return await this.#arrive(turn);
    if (turn % 3 === 1 || this.#open.length === 0) return await this.#buy(turn);
    return await this.#advance(turn);
  }

  async #arrive(turn: number): Promise<undefined> {
    const id = await this.#org.create('Account', {
      Name: `Rider ${turn} & Søns`,
      Phone: turn % 20 === 0 ? null : `+45 ${10_000_000 + turn}`,
      BillingStreet: `Havnegade ${turn}`,
      BillingCity: 'Aarhus',
      AnnualRevenue: turn * 1_000.5,
    });
    this.#customers.push(id);
    this.deeds++;
  }

  async #buy(turn: number): Promise<Deed> {
    const quantity = 1 + (turn % 4);
    const sentAt = performance.now();
    const id = await this.#org.create('Bike_Order__c', {
      Customer__c: this.#customers[turn % this.#customers.length],
      Bike__c: this.#bikes[turn % this.#bikes.length],
      Quantity__c: quantity,
      Total__c: quantity * 899.95,
      Promised__c: `2026-12-${String(1 + (turn % 28)).padStart(2, '0')}`,
      Note__c: turn % 7 === 0 ? 'Please ring twice.\nThe dog is friendly.' : null,
    });
    this.#open.push({ id, step: 0 });
    this.deeds++;
    return { orderId: id, sentAt };
  }

  async #advance(turn: number): Promise<Deed | undefined> {
    const order = this.#open[turn % this.#open.length];
    if (order === undefined) return undefined;
    this.deeds++;
    if (turn % 23 === 0) {
      this.#open.splice(this.#open.indexOf(order), 1);
      await this.#org.remove('Bike_Order__c', order.id);
      return undefined;
    }
    const status = STATUSES[Math.min(order.step++, STATUSES.length - 1)];
    const sentAt = performance.now();
    await this.#org.update('Bike_Order__c', order.id, {
      Status__c: status,
      ...(status === 'Paid' ? { Paid_At__c: '2026-11-24T09:30:00.000Z' } : {}),
      ...(status === 'Shipped' ? { Note__c: null } : {}),
    });
    return { orderId: order.id, sentAt };
  }
}
