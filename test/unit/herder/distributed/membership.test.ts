/** What a worker does when its group answers something else than "all is well" (Invariant 5). */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../src/foundation/errors.ts';
import { silentLog } from '../../../../src/foundation/log.ts';
import { Membership } from '../../../../src/herder/distributed/membership.ts';
import { encodeAssignment } from '../../../../src/herder/distributed/protocol.ts';
import { INSTANCE, Work } from '../../../../src/herder/distributed/work.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const SHARE = {
  isMismatch: false,
  leader: 'm',
  leaderUrl: '',
  configOffset: 1n,
  assigned: new Work([{ connector: 'c', task: INSTANCE }]),
  revoked: new Work(),
  delayMs: 0,
};

/** A worker whose `take` lasts until it is let go, in a group that answers heartbeats as told. */
function taking(): {
  clock: ManualClock;
  answerWith: (code: string | undefined) => void;
  letGo: () => void;
  losses: () => number;
  joins: () => number;
  membership: Membership;
} {
  const clock = new ManualClock();
  const held = Promise.withResolvers<boolean>();
  let code: string | undefined;
  let [losses, joins] = [0, 0];
  const membership = new Membership({
    clock,
    log: silentLog,
    sessionTimeoutMs: 6_000,
    rebalanceTimeoutMs: 60_000,
    heartbeatMs: 1_000,
    member: {
      join: () => {
        joins += 1;
        return Promise.resolve({
          memberId: 'm',
          generation: joins,
          leaderId: 'other',
          members: [],
        });
      },
      sync: () => Promise.resolve(encodeAssignment(SHARE)),
      heartbeat: () =>
        code === undefined
          ? Promise.resolve()
          : Promise.reject(new AppError('retriable', code, 'not now')),
      leave: () => Promise.resolve(),
      forget: () => undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    worker: {
      state: () => Promise.resolve({ url: '', configOffset: 1n, assignment: undefined }),
      lead: () => Promise.resolve(new Map()),
      take: () => held.promise,
      lose: () => {
        losses += 1;
        return Promise.resolve();
      },
    },
  });
  membership.start();
  return {
    clock,
    answerWith: (answer) => (code = answer),
    letGo: () => held.resolve(false),
    losses: () => losses,
    joins: () => joins,
    membership,
  };
}

async function close({ membership, clock }: ReturnType<typeof taking>): Promise<void> {
  const closing = membership[Symbol.asyncDispose]();
  await clock.advance(10_000);
  await closing;
}

describe('a worker that is busy taking its work', () => {
  test('keeps it while the group rebalances, and joins when it is done', async () => {
    const worker = taking();
    await worker.clock.advance(1_000);
    worker.answerWith('kafka.rebalancing');
    for (let i = 0; i < 20; i += 1) await worker.clock.advance(1_000);
    expect(worker.losses()).toBe(0);
    expect(worker.joins()).toBe(1);
    worker.answerWith(undefined);
    worker.letGo();
    await worker.clock.advance(1_000);
    expect(worker.joins()).toBeGreaterThan(1);
    await close(worker);
  });

  test('gives it up at once when the group has gone on without it', async () => {
    const worker = taking();
    await worker.clock.advance(1_000);
    worker.answerWith('kafka.not_a_member');
    await worker.clock.advance(1_000);
    expect(worker.losses()).toBe(1);
    worker.answerWith(undefined);
    worker.letGo();
    await close(worker);
  });

  test('gives it up when the group isn’t heard of for two thirds of its session', async () => {
    const worker = taking();
    await worker.clock.advance(1_000);
    worker.answerWith('kafka.unavailable');
    await worker.clock.advance(2_000);
    expect(worker.losses()).toBe(0);
    await worker.clock.advance(2_000);
    expect(worker.losses()).toBe(1);
    worker.answerWith(undefined);
    worker.letGo();
    await close(worker);
  });
});
