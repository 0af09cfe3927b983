import type { SinkPlugin } from '../../../src/sdk/index.ts';
import { SalesforceSinkConnector } from './connector.ts';
import { openSalesforceSinkTask } from './task.ts';

export const salesforceSinkPlugin: SinkPlugin = {
  create: (config, context) => new SalesforceSinkConnector(config, context),
  openTask: openSalesforceSinkTask,
};
