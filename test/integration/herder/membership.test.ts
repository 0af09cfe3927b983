/**
 * Goal: on a real coordinator no work is with two workers at a time, all of it is with somebody in the end, and a worker that
 * can't reach its group gives up its work before its session is over.
 * Method: workers that only note what they hold, in one ledger, which refuses a second holder at once.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { Leader } from '../../../src/herder/distributed/leader.ts';
import { Membership, type GroupWorker } from '../../../src/herder/distributed/membership.ts';
import {
  PROTOCOL,
  PROTOCOL_TYPE,
  type Assignment,
  type MemberState,
} from '../../../src/herder/distributed/protocol.ts';
import { INSTANCE, Work, type WorkUnit } from '../../../src/herder/distributed/work.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { GroupKafka, GroupMember } from '../../../src/kafka/port.ts';
import { eventually } from '../../support/eventually.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SESSION_MS = 6_000;
const keyOf = ({ connector, task }: WorkUnit): string => `${connector}/${task}`;

/** Who holds what; `conflicts` is what two held at a time. */
class Ledger {
  readonly holders = new Map<string, string>();
  readonly conflicts: string[] = [];
  configured = new Work();

  hold(unit: WorkUnit, worker: string): void {
    const holder = this.holders.get(keyOf(unit));
    if (holder !== undefined) this.conflicts.push(`${keyOf(unit)}: ${holder} and ${worker}`);
    this.holders.set(keyOf(unit), worker);
  }

  free(unit: WorkUnit): void {
    this.holders.delete(keyOf(unit));
  }
}

class NotingWorker implements GroupWorker {
  readonly #name: string;
  readonly #ledger: Ledger;
  readonly #leader = new Leader();
  readonly #maxDelayMs: number;
  held = new Work();

  constructor(name: string, ledger: Ledger, maxDelayMs = 0) {
    this.#name = name;
    this.#ledger = ledger;
    this.#maxDelayMs = maxDelayMs;
  }

  state(): Promise<MemberState> {
    const own = { isMismatch: false, leader: '', leaderUrl: '', configOffset: 1n, delayMs: 0 };
    const assignment = { ...own, assigned: this.held, revoked: new Work() };
    return Promise.resolve({ url: `http://${this.#name}/`, configOffset: 1n, assignment });
  }

  lead(
    members: ReadonlyMap<string, MemberState>,
    round: { readonly generation: number; readonly memberId: string },
  ): Promise<ReadonlyMap<string, Assignment>> {
    const { configured } = this.#ledger;
    const now = systemClock.monotonic();
    const rest = { configOffset: 1n, configured, now, maxDelayMs: this.#maxDelayMs };
    return Promise.resolve(this.#leader.decide({ members, ...round, ...rest }));
  }

  async take({ assigned, revoked }: Assignment): Promise<boolean> {
    // Stopping takes a moment: whoever starts too early is caught.
    await systemClock.sleep(20);
    for (const unit of revoked) this.#ledger.free(unit);
    for (const unit of assigned) this.#ledger.hold(unit, this.#name);
    this.held = this.held.minus(revoked).plus(assigned);
    return revoked.size > 0;
  }

  lose(): Promise<void> {
    for (const unit of this.held) this.#ledger.free(unit);
    this.held = new Work();
    return Promise.resolve();
  }
}

let kafka: GroupKafka;
beforeAll(() => {
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  kafka = kafkaJs(properties, silentLog, systemClock);
});
afterAll(() => kafka[Symbol.asyncDispose]());

const memberOf = (groupId: string): GroupMember =>
  kafka.groupMember({
    groupId,
    clientId: 'membership',
    protocolType: PROTOCOL_TYPE,
    protocol: PROTOCOL,
    sessionTimeoutMs: SESSION_MS,
    rebalanceTimeoutMs: 10_000,
  });

function join(groupId: string, worker: NotingWorker): Membership {
  const membership = new Membership({
    member: memberOf(groupId),
    clock: systemClock,
    log: silentLog,
    sessionTimeoutMs: SESSION_MS,
    rebalanceTimeoutMs: 10_000,
    heartbeatMs: 100,
    worker,
  });
  membership.start();
  return membership;
}

describe('a group of workers', () => {
  test('shares its work, whoever comes and goes, and never gives it to two', async () => {
    const groupId = `workers-${randomUUID()}`;
    const ledger = new Ledger();
    ledger.configured = new Work(
      Array.from({ length: 12 }, (_, i) => ({
        connector: `c${i % 3}`,
        task: Math.floor(i / 3) - 1,
      })),
    );
    const workers = ['a', 'b', 'c'].map((name) => new NotingWorker(name, ledger));
    const settled = (among: readonly NotingWorker[]): Promise<unknown> =>
      eventually(
        () => Promise.resolve(among.map(({ held }) => held.size)),
        (sizes) =>
          sizes.reduce((sum, size) => sum + size, 0) === 12 &&
          Math.max(...sizes) - Math.min(...sizes) <= 2,
      );
    const [a, b, c] = workers as [NotingWorker, NotingWorker, NotingWorker];
    const first = join(groupId, a);
    await settled([a]);
    const second = join(groupId, b);
    const third = join(groupId, c);
    await settled(workers);
    await b.lose();
    await second[Symbol.asyncDispose]();
    await settled([a, c]);
    ledger.configured = ledger.configured.plus(new Work([{ connector: 'new', task: INSTANCE }]));
    first.requestRejoin();
    await eventually(
      () => Promise.resolve(ledger.holders.has(`new/${INSTANCE}`)),
      (isHeld) => isHeld,
    );
    expect(ledger.conflicts).toEqual([]);
    await Promise.all([first[Symbol.asyncDispose](), third[Symbol.asyncDispose]()]);
  });
});

describe('a worker that can’t reach its group', () => {
  test('gives up its work before its session is over, and joins again with none', async () => {
    const clock = new ManualClock();
    const ledger = new Ledger();
    ledger.configured = new Work([{ connector: 'c', task: INSTANCE }]);
    const worker = new NotingWorker('a', ledger);
    let isAway = false;
    const brought: number[] = [];
    const share: Assignment = {
      isMismatch: false,
      leader: 'm',
      leaderUrl: '',
      configOffset: 1n,
      assigned: ledger.configured,
      revoked: new Work(),
      delayMs: 0,
    };
    const { encodeAssignment } = await import('../../../src/herder/distributed/protocol.ts');
    const answer = <T>(value: T): Promise<T> =>
      isAway ? Promise.reject(new Error('unreachable')) : Promise.resolve(value);
    const member: GroupMember = {
      join: () => {
        brought.push(worker.held.size);
        const generation = brought.length;
        return answer({ memberId: 'm', generation, leaderId: 'other', members: [] });
      },
      sync: () => answer(encodeAssignment(share)),
      heartbeat: () => answer(undefined),
      leave: () => Promise.resolve(),
      forget: () => undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const membership = new Membership({
      member,
      clock,
      log: silentLog,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: SESSION_MS,
      heartbeatMs: 1_000,
      worker,
    });
    membership.start();
    await eventually(
      () => Promise.resolve(worker.held.size),
      (size) => size === 1,
    );
    for (let i = 0; i < 20; i += 1) await clock.advance(1_000);
    expect(worker.held.size).toBe(1);
    isAway = true;
    for (let i = 0; i < 5; i += 1) await clock.advance(1_000);
    expect(worker.held.size).toBe(0);
    isAway = false;
    await clock.advance(6_000);
    await eventually(
      () => Promise.resolve(worker.held.size),
      (size) => size === 1,
    );
    expect(brought.at(-1)).toBe(0);
    expect(ledger.conflicts).toEqual([]);
    const closing = membership[Symbol.asyncDispose]();
    await clock.advance(10_000);
    await closing;
  });
});
