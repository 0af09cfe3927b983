/** Goal: ssl.* is read as Java's clients read it, from each kind of store; each misuse is one error naming its property. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientTls, tlsMaterial } from '../../../../src/config/tls/tls.ts';
import * as stores from '../../../support/key-stores.ts';

const { PASSWORD, KEY_PASSWORD } = stores;
let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-tls-'));
  const contents = {
    'ca.pem': stores.CA_PEM,
    'own.pem': stores.OWN_PEM + stores.OWN_KEY,
    'locked.pem': stores.OWN_LOCKED_PEM,
    'trust.jks': stores.TRUST_JKS,
    'trust.p12': stores.TRUST_PKCS12,
    'own.p12': stores.OWN_PKCS12,
    'own.jks': stores.OWN_JKS,
    'nothing.txt': 'nothing',
    'cut.jks': stores.TRUST_JKS.subarray(0, 60),
  };
  for (const [name, content] of Object.entries(contents)) writeFileSync(file(name), content);
});
afterAll(() => rmSync(folder, { recursive: true }));

const subjects = (pems: readonly string[] = []): readonly string[] =>
  pems.map((pem) => new X509Certificate(pem).subject);

const trust = (name: string, more: Record<string, string> = {}) =>
  tlsMaterial({ 'ssl.truststore.location': file(name), ...more });
const keystore = (name: string, more: Record<string, string> = {}) =>
  tlsMaterial({ 'ssl.keystore.location': file(name), ...more });

describe('a trust store', () => {
  test.each([
    ['ca.pem', {}],
    ['ca.pem', { 'ssl.truststore.type': 'PEM' }],
    ['trust.jks', { 'ssl.truststore.password': PASSWORD }],
    ['trust.jks', { 'ssl.truststore.type': 'JKS' }],
    ['trust.p12', { 'ssl.truststore.password': PASSWORD, 'ssl.truststore.type': 'PKCS12' }],
    // Java reads a PKCS12 file that is called JKS, too.
    ['trust.p12', { 'ssl.truststore.password': PASSWORD, 'ssl.truststore.type': 'jks' }],
    ['own.p12', { 'ssl.truststore.password': PASSWORD }],
  ])('%s with %o holds the authority', (name, more) => {
    expect(subjects(trust(name, more).ca)).toContain('CN=authority');
  });

  test('may be text in the properties, in one line as well', () => {
    const oneLine = stores.CA_PEM.trim().replaceAll('\n', ' ');
    for (const text of [stores.CA_PEM, oneLine]) {
      const { ca } = tlsMaterial({ 'ssl.truststore.certificates': text });
      expect(subjects(ca)).toEqual(['CN=authority']);
    }
  });

  test('is not needed: then the machine says whom to trust', () => {
    expect(tlsMaterial({}).ca).toBeUndefined();
  });
});

describe('a key store', () => {
  test.each([
    ['own.pem', {}],
    ['locked.pem', { 'ssl.key.password': PASSWORD }],
    ['own.jks', { 'ssl.keystore.password': PASSWORD, 'ssl.key.password': KEY_PASSWORD }],
  ])('%s with %o holds a certificate and its key', (name, more) => {
    const { cert, key, passphrase } = keystore(name, more);
    const certificate = new X509Certificate(cert ?? '');
    expect(certificate.subject).toBe('CN=own');
    const unlocked = createPrivateKey({ key: key ?? '', passphrase });
    expect(certificate.checkPrivateKey(unlocked)).toBe(true);
  });

  test('of PKCS12 is given to TLS as it is', () => {
    const { pfx, passphrase } = keystore('own.p12', { 'ssl.keystore.password': PASSWORD });
    expect([pfx?.length, passphrase]).toEqual([stores.OWN_PKCS12.length, PASSWORD]);
  });

  test('may be text in the properties', () => {
    const material = tlsMaterial({
      'ssl.keystore.certificate.chain': stores.OWN_PEM.replaceAll('\n', '\\n'),
      'ssl.keystore.key': stores.OWN_KEY,
    });
    expect(new X509Certificate(material.cert ?? '').subject).toBe('CN=own');
  });
});

describe('what a person gets wrong', () => {
  test.each([
    [{ 'truststore.location': '/nowhere/trust.jks' }, 'truststore.location', /ENOENT/],
    [{ 'truststore.location': 'ca.pem', 'truststore.type': 'BCFKS' }, 'truststore.type', /BCFKS/],
    [{ 'truststore.location': 'ca.pem', 'truststore.type': 'JKS' }, 'truststore.type', /is PEM/],
    [{ 'truststore.location': 'trust.jks', 'truststore.type': 'PEM' }, 'truststore.type', /is JKS/],
    [
      { 'truststore.location': 'trust.jks', 'truststore.password': 'wrong-one' },
      'truststore.password',
      /the password is wrong/,
    ],
    [
      { 'truststore.location': 'trust.p12', 'truststore.password': 'wrong-one' },
      'truststore.password',
      /the password is wrong/,
    ],
    [{ 'truststore.location': 'nothing.txt' }, 'truststore.location', /neither PEM nor/],
    [{ 'truststore.location': 'cut.jks' }, 'truststore.location', /damaged/],
    [{ 'keystore.location': 'trust.jks' }, 'keystore.location', /no key/],
    [{ 'keystore.location': 'own.p12' }, 'keystore.password', /no password/],
    [
      { 'keystore.location': 'own.p12', 'keystore.password': 'wrong-one' },
      'keystore.password',
      /the password is wrong/,
    ],
    [
      { 'keystore.location': 'own.jks', 'keystore.password': PASSWORD },
      'keystore.password',
      /the password is wrong/,
    ],
    [{ 'keystore.location': 'locked.pem' }, 'key.password', /no password/],
    [
      { 'keystore.location': 'locked.pem', 'key.password': 'wrong-one' },
      'key.password',
      /the password is wrong/,
    ],
    [{ 'keystore.location': 'ca.pem' }, 'keystore.location', /./],
    [{ 'keystore.key': 'x' }, 'keystore.certificate.chain', /is required beside ssl.keystore.key/],
    [{ 'enabled.protocols': 'TLSv1' }, 'enabled.protocols', /TLSv1.2/],
    [{ 'cipher.suites': 'NONE' }, 'cipher.suites', /./],
  ])('%o is one error about %s', (given, path, why) => {
    const properties = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        `ssl.${name}`,
        name.endsWith('location') && !value.startsWith('/') ? file(value) : value,
      ]),
    );
    expect(() => tlsMaterial(properties)).toThrow(
      expect.objectContaining({ kind: 'config', path: `ssl.${path}` }),
    );
    expect(() => tlsMaterial(properties)).toThrow(why);
    expect(() => tlsMaterial(properties)).not.toThrow(/wrong-one/);
  });
});

test("the host's name is checked unless the algorithm is set empty", () => {
  const any = tlsMaterial({ 'ssl.endpoint.identification.algorithm': '' });
  expect(clientTls(any).checkServerIdentity).toBeTypeOf('function');
  expect(clientTls(tlsMaterial({})).checkServerIdentity).toBeUndefined();
});
