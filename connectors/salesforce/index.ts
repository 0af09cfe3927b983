import type { PluginDescriptor } from '../../src/sdk/index.ts';
import { sinkConfig } from './sink/config.ts';
import { sourceConfig } from './source/config.ts';

export const salesforcePubSubSource: PluginDescriptor = {
  class: 'SalesforcePubSubSource',
  aliases: ['SalesforcePubSubSourceConnector'],
  type: 'source',
  version: '0.1.0',
  config: sourceConfig,
  load: async () => (await import('./source/plugin.ts')).salesforcePubSubPlugin,
};

export const salesforceSink: PluginDescriptor = {
  class: 'SalesforceSink',
  aliases: ['SalesforceSinkConnector'],
  type: 'sink',
  version: '0.1.0',
  config: sinkConfig,
  load: async () => (await import('./sink/plugin.ts')).salesforceSinkPlugin,
};
