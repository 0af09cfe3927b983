/**
 * Goal: our own connectors keep the standard that plugins are held to.
 * Method: the conformance kit, each clause against a real file, database or sandbox of its own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStreamSink, fileStreamSource } from '../../../connectors/file/index.ts';
import { salesforcePubSubSource, salesforceSink } from '../../../connectors/salesforce/index.ts';
import { duckDbSink } from '../../../connectors/warehouse/index.ts';
import type { PluginDescriptor } from '../../../src/sdk/index.ts';
import { conformance, type World } from '../../../testing/index.ts';
import { duckDb, fileSink, fileSource, Salesforce } from './worlds.ts';

let salesforce: Salesforce;
beforeAll(async () => void (salesforce = await Salesforce.start()));
afterAll(() => salesforce[Symbol.asyncDispose]());

const OURS: readonly (readonly [
  string,
  PluginDescriptor,
  () => Promise<World>,
  Record<string, string>,
])[] = [
  ['FileStreamSource', fileStreamSource, fileSource, {}],
  [
    'FileStreamSink',
    fileStreamSink,
    fileSink,
    { '11a': "it appends, as Connect's: at least once" },
  ],
  ['DuckDbSink', duckDbSink, duckDb, {}],
  ['SalesforceSink', salesforceSink, () => salesforce.sink(), {}],
  ['SalesforcePubSubSource', salesforcePubSubSource, () => salesforce.source(), {}],
];

describe.each(OURS)('%s', (_name, plugin, makeWorld, waive) => {
  const clauses = conformance(plugin, makeWorld, { waive });
  test.each(clauses.map((each) => [each.clause, each.name, each.run] as const))(
    '%s: %s',
    async (_clause, _name, run) => {
      const skipped = await run();
      if (skipped !== undefined) expect(skipped).toMatch(/^(waived: |it |the )/);
    },
    30_000,
  );
});
