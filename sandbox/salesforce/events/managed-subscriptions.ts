import { ObservedMap } from '../observed-map.ts';
import type { Store } from '../observed-map.ts';
import { makeId, normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';

export type ReplayStart = 'LATEST' | 'EARLIEST';
export type SubscriptionState = 'RUN' | 'STOP';

/** The part of a record that its creator chooses: `Metadata` of the Tooling API, and a name. */
export interface ManagedSubscriptionSpec {
  /** Letters, digits and single underscores; begins with a letter. */
  readonly developerName: string;
  readonly label: string;
  readonly topicName: string;
  /** Where a subscription begins that has committed nothing. */
  readonly defaultReplay: ReplayStart;
  /** Where it begins when what it committed is no position any more. */
  readonly errorRecoveryReplay: ReplayStart;
  readonly state: SubscriptionState;
}

/** A ManagedEventSubscription record. */
export interface ManagedSubscription extends ManagedSubscriptionSpec {
  /** 18 characters, `18x…`. */
  readonly id: string;
}

export type NewManagedSubscription = Pick<ManagedSubscriptionSpec, 'developerName' | 'topicName'> &
  Partial<ManagedSubscriptionSpec>;

/** Of one org; Salesforce's allocation. */
const MAX_SUBSCRIPTIONS = 200;
const KEY_PREFIX = '18x';
const DEVELOPER_NAME = /^[a-z](?:_?[a-z0-9])*$/i;

/**
 * The ManagedEventSubscription records of an org, and the position that each has committed. Writers get a
 * SalesforceError where a value is missing, wrong or taken.
 */
export class ManagedSubscriptions {
  readonly #topicExists: (topic: string) => boolean;
  readonly #byId = new ObservedMap<string, ManagedSubscription>();
  readonly #committed = new ObservedMap<string, number>();
  readonly #listeners = new Set<(id: string) => void>();
  readonly #counters = new ObservedMap<string, number>();

  constructor(topicExists: (topic: string) => boolean) {
    this.#topicExists = topicExists;
  }

  /** What durable state keeps, by name. */
  get stores(): Readonly<Record<string, Store>> {
    return {
      managedSubscriptions: this.#byId,
      managedCommits: this.#committed,
      managedCounters: this.#counters,
    };
  }

  list(): readonly ManagedSubscription[] {
    return [...this.#byId.values()];
  }

  /** By an id of 15 or 18 characters. */
  byId(id: string): ManagedSubscription | undefined {
    return this.#byId.get(normalizeId(id) ?? '');
  }

  byDeveloperName(name: string): ManagedSubscription | undefined {
    const wanted = name.toLowerCase();
    return this.list().find((each) => each.developerName.toLowerCase() === wanted);
  }

  create(spec: NewManagedSubscription): ManagedSubscription {
    if (this.#byId.size >= MAX_SUBSCRIPTIONS) {
      const message = `The org has ${MAX_SUBSCRIPTIONS} managed event subscriptions; delete one first.`;
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', message);
    }
    const created = (this.#counters.get('created') ?? 0) + 1;
    const record: ManagedSubscription = {
      label: spec.developerName,
      defaultReplay: 'LATEST',
      errorRecoveryReplay: 'LATEST',
      state: 'RUN',
      ...spec,
      id: makeId(KEY_PREFIX, created),
    };
    this.#put(record);
    this.#counters.set('created', created);
    return record;
  }

  /** Stopping a subscription forgets what it committed. */
  update(id: string, changes: Partial<ManagedSubscriptionSpec>): ManagedSubscription {
    const record = this.#require(id);
    const changed = { ...record, ...changes };
    this.#put(changed);
    if (changed.state === 'STOP') this.#committed.delete(record.id);
    this.#tell(record.id);
    return changed;
  }

  delete(id: string): void {
    const { id: key } = this.#require(id);
    this.#byId.delete(key);
    this.#committed.delete(key);
    this.#tell(key);
  }

  /** The sequence number of the replay id; undefined before the first commit. */
  committed(id: string): number | undefined {
    return this.#committed.get(id);
  }

  commit(id: string, sequence: number): void {
    this.#committed.set(id, sequence);
  }

  /** Runs with the id of a record after it was changed or deleted. */
  onChange(listener: (id: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  #require(id: string): ManagedSubscription {
    const record = this.byId(id);
    if (record !== undefined) return record;
    throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  }

  #put(record: ManagedSubscription): void {
    const { developerName, topicName, defaultReplay, errorRecoveryReplay, state } = record;
    if (!DEVELOPER_NAME.test(developerName)) {
      throw invalid('DeveloperName', `"${developerName}" is no developer name`);
    }
    const holder = this.byDeveloperName(developerName);
    if (holder !== undefined && holder.id !== record.id) {
      const message = `The developer name ${developerName} is already used.`;
      throw new SalesforceError(400, 'DUPLICATE_DEVELOPER_NAME', message, ['DeveloperName']);
    }
    if (!this.#topicExists(topicName)) throw invalid('topicName', `no topic ${topicName}`);
    for (const [name, value] of Object.entries({ defaultReplay, errorRecoveryReplay })) {
      if (value !== 'LATEST' && value !== 'EARLIEST') {
        throw invalid(name, `"${String(value)}" is neither LATEST nor EARLIEST`);
      }
    }
    if (state !== 'RUN' && state !== 'STOP') {
      throw invalid('state', `"${String(state)}" is neither RUN nor STOP`);
    }
    this.#byId.set(record.id, record);
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }
}

function invalid(field: string, problem: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', `${field}: ${problem}.`, [field]);
}
