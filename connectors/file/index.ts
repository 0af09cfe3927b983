import type { ConfigDef, PluginDescriptor } from '../../src/sdk/index.ts';

const FILE: ConfigDef[number] = {
  name: 'file',
  type: 'STRING',
  default: null,
  importance: 'HIGH',
  documentation: 'Source filename. If not specified, the standard input will be used',
  group: '',
  displayName: 'file',
};

const VERSION = '4.3.1';

export const fileStreamSource: PluginDescriptor = {
  class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  aliases: ['FileStreamSource', 'FileStreamSourceConnector'],
  type: 'source',
  version: VERSION,
  config: [
    FILE,
    {
      name: 'topic',
      type: 'STRING',
      importance: 'HIGH',
      documentation: 'The topic to publish data to',
      group: '',
      displayName: 'topic',
      check: (value) => (value === '' ? 'String must be non-empty' : undefined),
    },
    {
      name: 'batch.size',
      type: 'INT',
      default: '2000',
      importance: 'LOW',
      documentation:
        'The maximum number of records the source task can read from the file each time it is polled',
      group: '',
      displayName: 'batch.size',
    },
  ],
  load: async () => (await import('./source.ts')).fileStreamSourcePlugin,
};

export const fileStreamSink: PluginDescriptor = {
  class: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  aliases: ['FileStreamSink', 'FileStreamSinkConnector'],
  type: 'sink',
  version: VERSION,
  config: [
    {
      ...FILE,
      documentation: 'Destination filename. If not specified, the standard output will be used',
    },
  ],
  load: async () => (await import('./sink.ts')).fileStreamSinkPlugin,
};
