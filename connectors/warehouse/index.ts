import type { PluginDescriptor } from '../../src/sdk/index.ts';
import { duckDbConfig } from './duckdb/config.ts';

export const duckDbSink: PluginDescriptor = {
  class: 'DuckDbSink',
  aliases: ['DuckDbSinkConnector'],
  type: 'sink',
  version: '0.1.0',
  config: duckDbConfig,
  load: async () => (await import('./duckdb/plugin.ts')).duckDbPlugin,
};
