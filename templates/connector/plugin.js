// @ts-check
/** What this package brings: `package.json` names this module, a worker finds it on its `plugin.path`. */

/** @import { ConfigKey, Plugin } from 'headwater/sdk' */

/** @type {ConfigKey} */
const folder = {
  name: 'folder',
  type: 'STRING',
  importance: 'HIGH',
  documentation: 'The folder of JSON files.',
  group: 'Folder',
  displayName: 'Folder',
  check: (value) => (value === '' ? 'must be a path' : undefined),
};

/** @type {readonly Plugin[]} */
export const plugins = [
  {
    class: '__CLASS__Source',
    type: 'source',
    version: '0.1.0',
    config: [
      folder,
      {
        name: 'topic',
        type: 'STRING',
        importance: 'HIGH',
        documentation: 'The topic to which each file becomes a record.',
        group: 'Kafka',
        displayName: 'Topic',
        check: (value) => (value === '' ? 'must be a name' : undefined),
      },
      {
        name: 'batch.size',
        type: 'INT',
        default: '100',
        min: 1,
        importance: 'LOW',
        documentation: 'The most files that are read at once.',
        group: 'Folder',
        displayName: 'Files at once',
      },
    ],
    load: async () => (await import('./source.js')).source,
  },
  {
    class: '__CLASS__Sink',
    type: 'sink',
    version: '0.1.0',
    config: [folder],
    load: async () => (await import('./sink.js')).sink,
  },
];
