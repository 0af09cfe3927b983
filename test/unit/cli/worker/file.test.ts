/** Goal: a worker is told by its file in any form, and over it by CONNECT_* variables. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workerProperties } from '../../../../src/cli/worker/file.ts';

let folder = '';
const CONTENTS = {
  'worker.properties':
    'bootstrap.servers=file:9092\nplugin.path=/a,/b\noffset.flush.interval.ms=10\n',
  'worker.json':
    '{"bootstrap.servers": "file:9092", "plugin.path": ["/a", "/b"], "offset.flush.interval.ms": 10}',
  'worker.yaml':
    'bootstrap.servers: file:9092\nplugin.path: [/a, /b]\noffset.flush.interval.ms: 10\n',
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-worker-file-'));
  for (const [name, content] of Object.entries(CONTENTS)) {
    writeFileSync(join(folder, name), content);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(Object.keys(CONTENTS))('%s is read, and variables come over it', async (name) => {
  const environment = {
    CONNECT_BOOTSTRAP_SERVERS: 'variable:9092',
    CONNECT_GROUP_ID: 'g',
    OTHER: 'x',
  };
  expect(await workerProperties(join(folder, name), environment)).toEqual({
    'bootstrap.servers': 'variable:9092',
    'plugin.path': '/a,/b',
    'offset.flush.interval.ms': '10',
    'group.id': 'g',
  });
});

test('variables are enough, and something must be there', async () => {
  const alone = await workerProperties(undefined, { CONNECT_GROUP_ID: 'g' });
  expect(alone).toEqual({ 'group.id': 'g' });
  await expect(workerProperties(undefined, { CONNECT_URL: 'http://x' })).rejects.toMatchObject({
    kind: 'config',
    suggestion: expect.stringContaining('CONNECT_BOOTSTRAP_SERVERS'),
  });
});
