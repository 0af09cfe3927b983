/** Random edits over the wire, a part of which fail; records are chosen from a pool that is older than they are. */
import type { Random } from '../random.ts';
import { ENTITIES, Values } from './values.ts';
import type { Entity, JsonRecord, SomeId } from './values.ts';
import type { Wire } from './wire.ts';

const COLLECTION_MAX = 40;
const BULK_ROWS = 60;

interface Pool {
  readonly live: readonly string[];
  readonly gone: readonly string[];
}

export class Edits {
  readonly #wire: Wire;
  readonly #random: Random;
  readonly #values: Values;
  #pools: ReadonlyMap<string, Pool> = new Map();
  /** Single writes that were tried, by what tried them. */
  readonly counts: Record<string, number> = {};
  /** Merges and conversions that were done. */
  merged = 0;
  converted = 0;

  constructor(wire: Wire, random: Random) {
    this.#wire = wire;
    this.#random = random;
    this.#values = new Values(random);
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, each) => sum + each, 0);
  }

  /** Ids as they are now; edits go on choosing among them until it is called again. */
  async readPools(): Promise<void> {
    const pools = new Map<string, Pool>();
    for (const entity of ENTITIES) {
      const rows = await this.#wire.query(`SELECT Id, IsDeleted FROM ${entity}`, 'queryAll');
      const ids = (deleted: boolean): string[] =>
        rows.filter((row) => row['IsDeleted'] === deleted).map((row) => String(row['Id']));
      pools.set(entity, { live: ids(false), gone: ids(true) });
    }
    this.#pools = pools;
  }

  /** One request, or one job. */
  async edit(): Promise<void> {
    const kinds = [
      () => this.#create(),
      () => this.#createMany(),
      () => this.#update(),
      () => this.#updateMany(),
      () => this.#updateMany(),
      () => this.#upsert(),
      () => this.#delete(),
      () => this.#deleteMany(),
      () => this.#undelete(),
      () => this.#undelete(),
      () => this.#merge(),
      () => this.#convert(),
      () => this.#composite(),
      () => this.#tree(),
      ...(this.#random.below(3) === 0 ? [() => this.#bulk()] : []),
    ];
    await this.#random.pick(kinds)();
  }

  readonly #live: SomeId = (entity) => this.#pick(this.#pools.get(entity)?.live ?? []);

  #pick(ids: readonly string[]): string | undefined {
    return ids.length === 0 ? undefined : this.#random.pick(ids);
  }

  #entity(): Entity {
    return this.#random.pick(ENTITIES);
  }

  #note(kind: string, writes = 1): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + writes;
  }

  async #create(): Promise<void> {
    const entity = this.#entity();
    this.#note('create');
    await this.#wire.rest('POST', `/sobjects/${entity}`, this.#values.fresh(entity, this.#live));
  }

  /** One in eight writes names a field that there isn't. */
  #spoilt(values: JsonRecord): JsonRecord {
    return this.#random.below(8) === 0 ? { ...values, None__c: 1 } : values;
  }

  #many(make: (entity: Entity) => JsonRecord | undefined): JsonRecord[] {
    const spoil = this.#random.below(2) === 0;
    const count = 1 + this.#random.below(COLLECTION_MAX);
    const made = Array.from({ length: count }, () => {
      const type = this.#entity();
      const values = make(type);
      if (values === undefined) return [];
      return [{ attributes: { type }, ...(spoil ? this.#spoilt(values) : values) }];
    }).flat();
    // A collection may change to another object ten times at most.
    const order = (record: { readonly attributes: { readonly type: Entity } }): number =>
      ENTITIES.indexOf(record.attributes.type);
    return made.toSorted((a, b) => order(a) - order(b));
  }

  async #collection(kind: string, method: string, records: readonly object[]): Promise<void> {
    if (records.length === 0) return;
    this.#note(kind, records.length);
    const allOrNone = this.#random.below(2) === 0;
    const body = { allOrNone, records };
    const { status, body: answer } = await this.#wire.rest(method, '/composite/sobjects', body);
    if (status !== 200) throw new Error(JSON.stringify(answer));
  }

  async #createMany(): Promise<void> {
    const records = this.#many((entity) => this.#values.fresh(entity, this.#live));
    await this.#collection('create in collections', 'POST', records);
  }

  async #update(): Promise<void> {
    const entity = this.#entity();
    const id = this.#live(entity);
    if (id === undefined) return;
    this.#note('update');
    const values = this.#values.some(entity, this.#live);
    await this.#wire.rest('PATCH', `/sobjects/${entity}/${id}`, values);
  }

  async #updateMany(): Promise<void> {
    const seen = new Set<string>();
    const alike = this.#random.below(3) === 0 ? { Description: 'the same' } : undefined;
    const records = this.#many((entity) => {
      const id = this.#live(entity);
      if (id === undefined || seen.has(id)) return undefined;
      seen.add(id);
      return { id, ...(alike ?? this.#values.some(entity, this.#live)) };
    });
    await this.#collection('update in collections', 'PATCH', records);
  }

  async #upsert(): Promise<void> {
    this.#note('upsert');
    const values = this.#values.some('Account', this.#live);
    const path = `/sobjects/Account/Ext__c/y${this.#random.below(40)}`;
    await this.#wire.rest('PATCH', path, { Name: 'Upserted', ...values });
  }

  async #delete(): Promise<void> {
    const entity = this.#entity();
    const id = this.#live(entity);
    if (id === undefined) return;
    this.#note('delete');
    await this.#wire.rest('DELETE', `/sobjects/${entity}/${id}`);
  }

  async #deleteMany(): Promise<void> {
    const count = 1 + this.#random.below(10);
    const ids = Array.from({ length: count }, () => this.#live(this.#entity()) ?? []).flat();
    if (ids.length === 0) return;
    this.#note('delete in collections', ids.length);
    const allOrNone = String(this.#random.below(2) === 0);
    const path = `/composite/sobjects?ids=${[...new Set(ids)].join(',')}&allOrNone=${allOrNone}`;
    await this.#wire.rest('DELETE', path);
  }

  async #undelete(): Promise<void> {
    const gone = [...this.#pools.values()].flatMap((pool) => pool.gone);
    const ids = Array.from({ length: 8 }, () => this.#pick(gone) ?? []).flat();
    if (ids.length === 0) return;
    this.#note('undelete', ids.length);
    await this.#wire.soap(`<undelete>${ids.map((id) => `<ids>${id}</ids>`).join('')}</undelete>`);
  }

  async #merge(): Promise<void> {
    const entity = this.#random.pick(['Account', 'Contact', 'Lead', 'Case'] as const);
    const [masterId, ...loserIds] = Array.from(
      { length: 2 + this.#random.below(2) },
      () => this.#live(entity) ?? [],
    ).flat();
    if (masterId === undefined || loserIds.length === 0) return;
    this.#note('merge');
    const values = this.#values.some(entity, this.#live);
    const { status } = await this.#wire.control('merge', { entity, masterId, loserIds, values });
    if (status === 200) this.merged++;
  }

  async #convert(): Promise<void> {
    const leadId = this.#live('Lead');
    if (leadId === undefined) return;
    this.#note('convert a lead');
    const accountId = this.#random.below(2) === 0 ? this.#live('Account') : undefined;
    const doNotCreateOpportunity = this.#random.below(2) === 0;
    const { status } = await this.#wire.control('convert-lead', {
      leadId,
      doNotCreateOpportunity,
      ...(accountId === undefined ? {} : { accountId }),
    });
    if (status === 200) this.converted++;
  }

  /** An account with a contact that refers to it, and at times a part that fails. */
  async #composite(): Promise<void> {
    this.#note('composite', 3);
    const part = (referenceId: string, entity: Entity, more: JsonRecord): object => ({
      method: 'POST',
      url: `/services/data/v62.0/sobjects/${entity}`,
      referenceId,
      body: { ...this.#values.fresh(entity, this.#live), ...more },
    });
    await this.#wire.rest('POST', '/composite', {
      allOrNone: this.#random.below(2) === 0,
      compositeRequest: [
        part('account', 'Account', {}),
        part('contact', 'Contact', { AccountId: '@{account.id}' }),
        part('lead', 'Lead', this.#random.below(2) === 0 ? { Company: null } : {}),
      ],
    });
  }

  async #tree(): Promise<void> {
    this.#note('tree', 2);
    const contact = {
      attributes: { type: 'Contact', referenceId: 'c' },
      LastName: this.#random.below(4) === 0 ? null : 'Leaf',
    };
    const account = { attributes: { type: 'Account', referenceId: 'a' }, Name: 'Root' };
    const records = [{ ...account, Contacts: { records: [contact] } }];
    await this.#wire.rest('POST', '/composite/tree/Account', { records });
  }

  async #bulk(): Promise<void> {
    const object = this.#random.pick(['Account', 'Contact', 'Lead'] as const);
    const operation = this.#random.pick(['insert', 'update', 'upsert', 'delete'] as const);
    if (operation === 'upsert') {
      const keys = new Set(Array.from({ length: BULK_ROWS }, () => this.#random.below(200)));
      const rows = [...keys].map((key) => `y${key},Upserted,${this.#random.below(1000)}`);
      const job = { object: 'Account', operation, externalIdFieldName: 'Ext__c' };
      return this.#job('upsert by Bulk', job, 'Ext__c,Name,AnnualRevenue', rows);
    }
    if (operation === 'insert') {
      const header = { Account: 'Name,Phone', Contact: 'LastName,Phone', Lead: 'LastName,Company' };
      // Some lack what is required.
      const rows = Array.from({ length: BULK_ROWS }, () =>
        this.#random.below(6) === 0 ? ',1' : `Bulk,${this.#random.below(1000)}`,
      );
      return this.#job('insert by Bulk', { object, operation }, header[object], rows);
    }
    const ids = Array.from({ length: BULK_ROWS }, () => this.#live(object) ?? []).flat();
    const chosen = [...new Set(ids)].slice(0, operation === 'delete' ? 10 : BULK_ROWS);
    const update = operation === 'update';
    const rows = chosen.map((id) => (update ? `${id},${this.#random.below(5)},#N/A` : id));
    const header = update ? 'Id,Phone,Description' : 'Id';
    return this.#job(`${operation} by Bulk`, { object, operation }, header, rows);
  }

  async #job(kind: string, job: object, header: string, rows: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    this.#note(kind, rows.length);
    await this.#wire.ingest(job, `${[header, ...rows].join('\n')}\n`);
  }
}
