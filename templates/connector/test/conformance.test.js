// @ts-check
/** Both connectors keep the connector standard: each clause on a folder of its own. */
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { conformance, sinkRecord } from 'headwater/testing';
import { plugins } from '../plugin.js';

/** @import { World } from 'headwater/testing' */

async function makeWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'folder-'));
  let made = 0;
  /** @param {string} text */
  const drop = async (text) => {
    made += 1;
    await writeFile(join(folder, `${String(made).padStart(6, '0')}.json`), text);
  };
  /** @type {World} */
  const world = {
    properties: { folder, topic: 'files', 'batch.size': '5' },
    mistakes: [{ change: { folder: '/no/such/folder' }, property: 'folder' }],
    folder: join(import.meta.dirname, '..'),
    close: () => rm(folder, { recursive: true }),
    source: {
      produce: async (count) => {
        for (let n = 0; n < count; n += 1) await drop(JSON.stringify({ n: made }));
      },
      spoil: () => drop('{ "n": '),
      maxBatch: 5,
      outage: {
        begin: () => rename(folder, `${folder}-away`),
        end: () => rename(`${folder}-away`, folder),
      },
    },
    sink: {
      record: (n, at) => sinkRecord(at, { key: `k${n}`, value: { n } }),
      bad: (at) => sinkRecord(at, { key: '../outside', value: {} }),
      tombstone: (n, at) => sinkRecord(at, { key: `k${n}`, value: null }),
      evolved: (n, at) => sinkRecord(at, { key: `k${n}`, value: { n, more: 1n } }),
      contents: async () => {
        const files = await readdir(folder);
        return await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      },
    },
  };
  return world;
}

for (const plugin of plugins) {
  if (plugin.type !== 'source' && plugin.type !== 'sink') continue;
  describe(plugin.class, () => {
    for (const { clause, name, run } of conformance(plugin, makeWorld)) {
      test(`${clause} ${name}`, async (t) => {
        const skipped = await run();
        if (skipped !== undefined) t.skip(skipped);
      });
    }
  });
}
