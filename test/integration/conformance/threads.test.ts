/**
 * Goal: a task in a thread of its own keeps the standard as one on the main thread does.
 * Method: the conformance kit's clauses on delivery and lifecycle, each task opened by the runtime in a real thread.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStreamSource } from '../../../connectors/file/index.ts';
import { salesforcePubSubSource } from '../../../connectors/salesforce/index.ts';
import { duckDbSink } from '../../../connectors/warehouse/index.ts';
import { openSinkInThread } from '../../../src/runtime/isolation/sink.ts';
import { openSourceInThread } from '../../../src/runtime/isolation/source.ts';
import type { Config, PluginDescriptor, SinkPlugin, SourcePlugin } from '../../../src/sdk/index.ts';
import { conformance, type World } from '../../../testing/index.ts';
import { duckDb, fileSource, Salesforce } from './worlds.ts';

let salesforce: Salesforce;
beforeAll(async () => void (salesforce = await Salesforce.start()));
afterAll(() => salesforce[Symbol.asyncDispose]());

const never = new AbortController().signal;

/** The same plugin, its tasks in threads. */
function inThread(plugin: PluginDescriptor, folder: string): PluginDescriptor {
  const module = new URL(`../../../connectors/${folder}/index.ts`, import.meta.url).href;
  const optionsOf = ({ properties }: Config) => ({
    memoryMb: 256,
    stallMs: 30_000,
    cutOff: never,
    start: {
      module,
      class: plugin.class,
      version: plugin.version,
      connector: 'conformance',
      task: 0,
      properties,
      workerValueConverter: undefined,
    },
  });
  if (plugin.type === 'source') {
    const openTask: SourcePlugin['openTask'] = (config, context, signal) =>
      openSourceInThread(optionsOf(config), context, signal);
    return { ...plugin, load: async () => ({ ...(await plugin.load()), openTask }) };
  }
  const openTask: SinkPlugin['openTask'] = (config, context, signal) =>
    openSinkInThread(optionsOf(config), context, signal);
  return { ...plugin, load: async () => ({ ...(await plugin.load()), openTask }) };
}

const OURS: readonly (readonly [string, PluginDescriptor, () => Promise<World>])[] = [
  ['FileStreamSource', inThread(fileStreamSource, 'file'), fileSource],
  ['DuckDbSink', inThread(duckDbSink, 'warehouse'), duckDb],
  [
    'SalesforcePubSubSource',
    inThread(salesforcePubSubSource, 'salesforce'),
    () => salesforce.source(),
  ],
];

describe.each(OURS)('%s in a thread', (_name, plugin, makeWorld) => {
  const moving = /^(7|9.|10|11.|12b|13|14|19|2[0-2])$/;
  const clauses = conformance(plugin, makeWorld).filter(({ clause }) => moving.test(clause));
  test.each(clauses.map((each) => [each.clause, each.name, each.run] as const))(
    '%s: %s',
    async (_clause, _name, run) => {
      const skipped = await run();
      if (skipped !== undefined) expect(skipped).toMatch(/^(it |the )/);
    },
    90_000,
  );
});
