/**
 * Goal: work is never with two workers, ends up balanced, stays where it is, and waits for a lost worker.
 * Method: a model of a group whose members obey: they give up what is revoked before they join again. Random histories
 * of joins, losses and changes of what is configured are played through it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assign,
  NO_MEMORY,
  type AssignorMemory,
} from '../../../../src/herder/distributed/assignor.ts';
import { INSTANCE, Work, WORK_KINDS } from '../../../../src/herder/distributed/work.ts';

const DELAY = 10_000;

/** Connector number `i` with its instance and `tasks` tasks. */
function configuredOf(connectors: readonly number[]): Work {
  return new Work(
    connectors.flatMap((tasks, i) =>
      Array.from({ length: tasks + 1 }, (_, task) => ({
        connector: `c${i}`,
        task: task === tasks ? INSTANCE : task,
      })),
    ),
  );
}

class Group {
  readonly members = new Map<string, Work>();
  configured = new Work();
  now = 1_000;
  moves = 0;
  #memory: AssignorMemory = NO_MEMORY;
  #generation = 0;

  join(name: string): void {
    this.members.set(name, new Work());
  }

  forget(): void {
    this.#memory = NO_MEMORY;
  }

  /** Joins until nobody has to join again at once; returns the delay that is asked for. */
  settle(): number {
    for (let round = 0; round < 20; round += 1) {
      const { members, configured, now } = this;
      const generation = (this.#generation += 1);
      const input = { members, configured, generation, now, maxDelayMs: DELAY };
      const { decision, memory } = assign(input, this.#memory);
      this.#memory = memory;
      for (const [member, work] of members) {
        const added = decision.assigned.get(member) ?? new Work();
        this.moves += added.size;
        members.set(member, work.minus(decision.revoked.get(member) ?? new Work()).plus(added));
      }
      this.checkOnce();
      const revokes = [...decision.revoked.values()].some(({ size }) => size > 0);
      if (!revokes) return decision.delayMs;
    }
    return expect.fail('it never settles');
  }

  /** Lets time pass until no member waits for another round. */
  rest(): void {
    for (let round = 0; round < 50; round += 1) {
      const delay = this.settle();
      if (delay === 0) return;
      this.now += delay;
    }
    expect.fail('it never rests');
  }

  checkOnce(): void {
    const all = [...this.members.values()].flatMap((work) => [...work]);
    expect(new Work(all).size).toBe(all.length);
  }

  checkBalanced(): void {
    const running = new Work([...this.members.values()].flatMap((work) => [...work]));
    expect(running.minus(this.configured).size).toBe(0);
    expect(this.configured.minus(running).size).toBe(0);
    for (const kind of WORK_KINDS) {
      const loads = [...this.members.values()].map((work) => work.count(kind));
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    }
  }
}

describe('the assignor', () => {
  test('gives a lone worker everything, and takes what a second one needs from it', () => {
    const group = new Group();
    group.configured = configuredOf([3, 3]);
    group.join('a');
    expect(group.settle()).toBe(0);
    expect(group.members.get('a')?.size).toBe(8);
    group.join('b');
    expect(group.settle()).toBe(0);
    group.checkBalanced();
    expect(group.moves).toBe(8 + 4);
  });

  test('keeps the work of a lost worker until the delay is over', () => {
    const group = new Group();
    group.configured = configuredOf([2, 2]);
    for (const name of ['a', 'b']) group.join(name);
    group.rest();
    const kept = group.members.get('a')?.size ?? 0;
    group.members.delete('b');
    expect(group.settle()).toBe(DELAY);
    group.now += 4_000;
    expect(group.settle()).toBe(DELAY - 4_000);
    expect(group.members.get('a')?.size).toBe(kept);
    group.now += 6_000;
    expect(group.settle()).toBe(0);
    expect(group.members.get('a')?.size).toBe(6);
  });

  test('gives a worker that comes back its work at once', () => {
    const group = new Group();
    group.configured = configuredOf([2, 2]);
    for (const name of ['a', 'b']) group.join(name);
    group.rest();
    const stayed = group.members.get('a');
    group.members.delete('b');
    group.settle();
    group.join('b again');
    expect(group.settle()).toBe(0);
    group.checkBalanced();
    expect(stayed?.minus(group.members.get('a') ?? new Work()).size).toBe(0);
  });

  test('balances what is uneven when lost work was given away', () => {
    const group = new Group();
    group.configured = configuredOf([0, 2, 0, 0]);
    for (const name of ['a', 'b', 'c']) {
      group.join(name);
      group.rest();
    }
    group.members.delete('b');
    group.settle();
    group.configured = configuredOf([0, 2]);
    group.rest();
    group.checkBalanced();
  });

  test('takes deleted work away, and nothing else', () => {
    const group = new Group();
    group.configured = configuredOf([2, 2, 2]);
    for (const name of ['a', 'b', 'c']) group.join(name);
    group.rest();
    const before = group.moves;
    group.configured = new Work(
      [...group.configured].filter(({ connector }) => connector !== 'c2'),
    );
    group.settle();
    const running = new Work([...group.members.values()].flatMap((work) => [...work]));
    expect(running.size).toBe(6);
    expect(group.moves - before).toBeLessThanOrEqual(2);
  });

  test('after any history nothing runs twice, all is balanced, and nothing moves any more', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('join' as const) }),
      fc.record({ kind: fc.constant('lose' as const), which: fc.nat(9) }),
      fc.record({ kind: fc.constant('leader' as const) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
      fc.record({
        kind: fc.constant('configure' as const),
        connectors: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (history) => {
        const group = new Group();
        group.join('first');
        let joined = 0;
        for (const event of history) {
          if (event.kind === 'join') group.join(`m${(joined += 1)}`);
          if (event.kind === 'leader') group.forget();
          if (event.kind === 'pass') group.now += event.ms;
          if (event.kind === 'configure') group.configured = configuredOf(event.connectors);
          if (event.kind === 'lose' && group.members.size > 1) {
            const name = [...group.members.keys()][event.which % group.members.size] ?? '';
            group.members.delete(name);
          }
          group.settle();
        }
        group.rest();
        group.checkBalanced();
        const { moves } = group;
        group.rest();
        expect(group.moves).toBe(moves);
      }),
      { numRuns: 500 },
    );
  });
});
