/**
 * The connector standard (`connectors/README.md`) as checks that run on any connector, in any test runner:
 *
 *     import { test } from 'node:test';
 *     import { conformance } from 'headwater/testing';
 *     import { plugins } from '../plugin.js';
 *
 *     const world = async () => ({ properties: { … }, source: { produce: async (count) => { … } } });
 *     for (const { clause, name, run } of conformance(plugins[0], world)) {
 *       test(`${clause} ${name}`, async (t) => {
 *         const skipped = await run();
 *         if (skipped !== undefined) t.skip(skipped);
 *       });
 *     }
 */
import type { PluginDescriptor } from '../../src/sdk/index.ts';
import * as checking from './checking.ts';
import * as delivery from './delivery.ts';
import * as descriptor from './descriptor.ts';
import * as folder from './folder.ts';
import * as lifecycle from './lifecycle.ts';
import type { Check, Clause, World } from './types.ts';
import * as writing from './writing.ts';

export type { Clause, Mistake, Place, SinkWorld, SourceWorld, World } from './types.ts';

const CLAUSES: readonly (readonly [
  clause: string,
  name: string,
  check: Check,
  of?: PluginDescriptor['type'],
])[] = [
  ['1', 'its descriptor loads a plugin', descriptor.loads],
  ['4', 'task configurations are plain texts, no more than asked for', descriptor.plansPlainTasks],
  ['5a', 'every property is documented, and its default is valid', descriptor.documentsProperties],
  ['5b', 'secrets are of type PASSWORD', descriptor.hidesSecrets],
  [
    '6a',
    'checking throws nothing without a kind, and finds on properties',
    checking.checksWithoutThrowing,
  ],
  ['6b', 'a wrong configuration names its property', checking.namesTheProperty],
  ['7', 'no secret is in a log, an error, a finding or a text of the task', checking.keepsSecrets],
  ['8', 'its README states the guarantee', folder.statesItsGuarantee],
  ['9a', 'from every position the rest follows, without a hole', delivery.resumes, 'source'],
  ['9b', 'positions never move back', delivery.neverMovesBack, 'source'],
  ['9c', 'commits are taken in order, and twice', delivery.takesCommits, 'source'],
  ['10', 'an event that can’t be read blocks its stream', delivery.blocksOnFailure, 'source'],
  ['11a', 'a batch that is put again changes nothing', writing.takesRedelivery, 'sink'],
  ['11b', 'what was put is durable when put returns', writing.isDurableOnReturn, 'sink'],
  ['11c', 'one bad record doesn’t take its batch along', writing.rejectsOnlyTheBad, 'sink'],
  [
    '11d',
    'nothing of a revoked partition is written after its revocation',
    writing.letsGoOfRevoked,
    'sink',
  ],
  ['12a', 'a tombstone is written or rejected as data', writing.takesTombstones, 'sink'],
  ['12b', 'a schema that has a field more is followed', writing.followsSchemas, 'sink'],
  ['13', 'batches are bounded', delivery.boundsBatches, 'source'],
  ['14', 'an outage is reported, and taken back', delivery.reportsTrouble, 'source'],
  ['15', 'normal operation logs no warning', checking.isQuiet],
  ['16', 'time and randomness come from the context', folder.takesTheClock],
  ['18', 'its README says config, delivery, limits, trouble', folder.explainsItself],
  ['19', 'a task is opened and closed in time, and closed twice', lifecycle.closesTwice],
  ['20', 'a poll that waits ends when its signal aborts', lifecycle.endsPolls, 'source'],
  ['21', 'a task can be closed while a poll waits', lifecycle.closesWhilePolled, 'source'],
  ['22', 'a poll that begins aborted gives no record', lifecycle.givesNothingAfterStop, 'source'],
  ['23', 'no timer, socket or file is left after closing', lifecycle.leavesNothing],
  ['24', 'errors have a kind', checking.throwsKinds],
];

export interface ConformanceOptions {
  /** Clauses that it doesn't keep, by number, each with the reason: they aren't run. */
  readonly waive?: Readonly<Record<string, string>> | undefined;
}

/** Every clause for one connector, in order. `makeWorld` is called for each that runs. */
export function conformance(
  plugin: PluginDescriptor,
  makeWorld: () => Promise<World>,
  { waive = {} }: ConformanceOptions = {},
): readonly Clause[] {
  for (const number of Object.keys(waive)) {
    if (!CLAUSES.some(([clause]) => clause === number)) {
      throw new Error(`There is no clause ${number} to waive.`);
    }
  }
  return CLAUSES.map(([clause, name, check, of = plugin.type]) => ({
    clause,
    name,
    run: async () => {
      const waived = waive[clause];
      if (waived !== undefined) return `waived: ${waived}`;
      if (of !== plugin.type) return `it is no ${of}`;
      const world = await makeWorld();
      try {
        return (await check({ plugin, world })) ?? undefined;
      } finally {
        await world.close?.();
      }
    },
  }));
}

export interface ClauseResult {
  readonly clause: string;
  readonly name: string;
  readonly result: 'passed' | 'skipped' | 'failed';
  /** Why it was skipped, or what is wrong. */
  readonly reason: string | undefined;
}

/** Runs every clause, one after another; for those who have no test runner. */
export async function runConformance(
  ...given: Parameters<typeof conformance>
): Promise<readonly ClauseResult[]> {
  const results: ClauseResult[] = [];
  for (const { clause, name, run } of conformance(...given)) {
    try {
      const reason = await run();
      results.push({ clause, name, result: reason === undefined ? 'passed' : 'skipped', reason });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      results.push({ clause, name, result: 'failed', reason });
    }
  }
  return results;
}
