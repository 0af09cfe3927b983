/** A source that publishes what it is given, once, in order. */
import type { PluginDescriptor, SourceRecord } from '../../../src/sdk/index.ts';

export type Published = Pick<SourceRecord, 'topic' | 'keySchema' | 'key' | 'valueSchema' | 'value'>;

export function typedSource(records: readonly Published[]): PluginDescriptor {
  return {
    class: 'TypedSource',
    type: 'source',
    version: '1.0.0',
    config: [],
    load: () =>
      Promise.resolve({
        create: () => ({ plan: () => Promise.resolve([{}]) }),
        openTask: (_config, { clock }) => {
          let next = 0;
          return Promise.resolve({
            poll: async (signal) => {
              const record = records[next];
              if (record === undefined) {
                await clock.sleep(60_000, signal).catch(() => undefined);
                return { records: [] };
              }
              next += 1;
              const position = { partition: { of: 'typed' }, offset: { next } };
              return { records: [{ ...record, headers: [], timestamp: clock.now(), position }] };
            },
            [Symbol.asyncDispose]: () => Promise.resolve(),
          });
        },
      }),
  };
}
