/**
 * Goal: whatever requests come for one connector, in whatever order and however they overlap, at most one
 * generation of its task runs at a time (Invariant 5), and the last word is what is.
 * Method: random bursts of requests against a source that counts its open tasks, some of which end late.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StandaloneHerder } from '../../../src/herder/standalone.ts';
import { turn, untilTurns } from '../../support/manual-clock.ts';
import { SOURCE, sourcePlugin, startHerder } from './harness.ts';

const REQUESTS: Readonly<Record<string, (herder: StandaloneHerder) => Promise<unknown>>> = {
  create: (herder) => herder.create('a', SOURCE),
  createPaused: (herder) => herder.create('a', SOURCE, 'PAUSED'),
  put: (herder) => herder.putConfig('a', { ...SOURCE, 'tasks.max': '2' }),
  patch: (herder) => herder.patchConfig('a', { 'errors.tolerance': 'all' }),
  delete: (herder) => herder.delete('a'),
  pause: (herder) => herder.pause('a'),
  resume: (herder) => herder.resume('a'),
  stop: (herder) => herder.stop('a'),
  restart: (herder) => herder.restart('a', { includeTasks: true, onlyFailed: false }),
  restartFailed: (herder) => herder.restart('a', { includeTasks: true, onlyFailed: true }),
  restartTask: (herder) => herder.restartTask('a', 0),
  reset: (herder) => herder.resetOffsets('a'),
};

/** How a task takes being stopped, in turn. */
const MANNERS = ['heeds', 'late', 'never', 'fails'] as const;
type Manner = (typeof MANNERS)[number];

it('one task at most runs, and the last word is what is', async () => {
  const burst = fc.array(fc.constantFrom(...Object.keys(REQUESTS)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(burst, { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom<Manner>(...MANNERS), { minLength: 1, maxLength: 5 }),
      async (bursts, manners) => {
        let open = 0;
        let most = 0;
        let opened = 0;
        const ends: (() => void)[] = [];
        const plugin = sourcePlugin(() => {
          const manner = manners[opened++ % manners.length];
          if (manner === 'fails') throw new Error('broken');
          most = Math.max(most, ++open);
          const held = Promise.withResolvers<void>();
          ends.push(() => held.resolve());
          return {
            poll: async (signal) => {
              if (manner === 'never') await held.promise;
              await new Promise<void>((resolve) => onAbort(signal, resolve));
              if (manner === 'late') await held.promise;
              return { records: [] };
            },
            [Symbol.asyncDispose]: () => {
              open--;
              return Promise.resolve();
            },
          };
        });
        const sut = await startHerder([plugin]);
        for (const requests of bursts) {
          const answered = Promise.allSettled(
            requests.map(async (name) => await REQUESTS[name]?.(sut.herder)),
          );
          await sut.clock.advance(60_000);
          await answered;
          expect(most).toBeLessThanOrEqual(1);
        }
        const last = Promise.allSettled([sut.herder.delete('a'), sut.herder.create('a', SOURCE)]);
        await sut.clock.advance(60_000);
        await last;
        manners.splice(0, manners.length, 'heeds');
        for (const end of ends) end();
        await untilTurns(() => sut.stateOf('a') !== 'RESTARTING');
        for (const end of ends) end();
        await turn();
        expect(['RUNNING', 'FAILED']).toContain(sut.stateOf('a'));
        expect(most).toBeLessThanOrEqual(1);
        await sut[Symbol.asyncDispose]();
        expect(open).toBe(0);
      },
    ),
    {
      numRuns: 60,
      examples: [[[['create'], ['pause'], ['patch', 'resume']], ['heeds']]],
    },
  );
});

function onAbort(signal: AbortSignal, run: () => void): void {
  if (signal.aborted) run();
  else signal.addEventListener('abort', run, { once: true });
}
