import type { PluginDescriptor } from '../../src/sdk/index.ts';
import { sourceConfig } from './source/config.ts';

export const salesforcePubSubSource: PluginDescriptor = {
  class: 'SalesforcePubSubSource',
  aliases: ['SalesforcePubSubSourceConnector'],
  type: 'source',
  version: '0.1.0',
  config: sourceConfig,
  load: async () => (await import('./source/plugin.ts')).salesforcePubSubPlugin,
};
