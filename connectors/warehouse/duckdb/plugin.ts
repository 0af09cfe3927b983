import type { SinkPlugin } from '../../../src/sdk/index.ts';
import { DuckDbConnector } from './connector.ts';
import { openDuckDbTask } from './task.ts';

export const duckDbPlugin: SinkPlugin = {
  create: (config, context) => new DuckDbConnector(config, context),
  openTask: (config, context) => openDuckDbTask(config, context),
};
