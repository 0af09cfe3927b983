import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientTlsOf } from '../../../src/cli/client-tls.ts';
import { CA_PEM, OWN_KEY, OWN_PEM } from '../../support/key-stores.ts';

let folder = '';
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-client-tls-'));
  writeFileSync(file('ca.pem'), CA_PEM);
  writeFileSync(file('own.pem'), OWN_PEM + OWN_KEY);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a command trusts and shows what it is told, else as the machine is set up', () => {
  expect(clientTlsOf({ ca: undefined, cert: undefined })).toBeUndefined();
  const material = clientTlsOf({ ca: file('ca.pem'), cert: file('own.pem') });
  expect(material?.ca).toEqual([CA_PEM.trim()]);
  expect(material?.cert).toContain(OWN_PEM);
});

test.each([
  [{ ca: 'nowhere', cert: undefined }, '--ca', /ENOENT/],
  [{ ca: undefined, cert: 'nowhere' }, '--cert', /ENOENT/],
  [{ ca: undefined, cert: 'ca.pem' }, '--cert', /./],
])('%o is one error about %s', (given, path, why) => {
  const files = {
    ca: given.ca && file(given.ca),
    cert: given.cert && file(given.cert),
  };
  expect(() => clientTlsOf(files)).toThrow(expect.objectContaining({ kind: 'config', path }));
  expect(() => clientTlsOf(files)).toThrow(why);
  expect(() => clientTlsOf(files)).not.toThrow(/ssl\./);
});
