/** Goal: the examples of docs/operations/security.md are taken as they stand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restSetup } from '../../../src/cli/worker/rest-options.ts';
import { parseProperties } from '../../../src/config/properties-file.ts';
import { createConfigProviders } from '../../../src/config/providers.ts';
import { unknownProperties } from '../../../src/config/unknown.ts';
import { STANDALONE_WORKER_DEF, WORKER_PREFIXES } from '../../../src/config/worker.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { kafkaSecurity } from '../../../src/kafka/security.ts';
import { REGISTRY_CONFIG, registryOptions } from '../../../src/registry/config.ts';
import * as stores from '../../support/key-stores.ts';

const PAGE = join(import.meta.dirname, '../../../docs/operations/security.md');
const examples = [
  ...readFileSync(PAGE, 'utf8').matchAll(/^```properties (\w+)\n([\s\S]*?)^```/gm),
].map(([, kind = '', text = '']) => ({ kind, text }));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-docs-'));
  const contents = {
    'ca.pem': stores.CA_PEM,
    'client.pem': stores.OWN_PEM + stores.OWN_KEY,
    'client.p12': stores.OWN_PKCS12,
    'trust.jks': stores.TRUST_JKS,
    'users.properties': 'alice=secret\n',
  };
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(folder, name), content);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

type Take = (properties: Readonly<Record<string, string>>) => unknown;

const KINDS: Readonly<Record<string, Take>> = {
  kafka: (properties) => kafkaSecurity(properties, systemClock),
  registry: registryOptions,
  rest: (properties) => restSetup(properties, {}),
  secrets: (properties) => createConfigProviders(properties, {}),
};

test('there is one of each kind at least', () => {
  expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(Object.keys(KINDS)));
});

test.each(examples)('an example of $kind', async ({ kind, text }) => {
  const properties = parseProperties(text.replaceAll('/etc/headwater', folder));
  expect(await KINDS[kind]?.(properties)).toBeDefined();
  const def = kind === 'registry' ? REGISTRY_CONFIG : STANDALONE_WORKER_DEF;
  const { errors, warnings } = unknownProperties(def, properties, WORKER_PREFIXES);
  expect([...errors, ...warnings]).toEqual([]);
});
