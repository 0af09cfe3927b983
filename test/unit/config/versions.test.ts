/** Goal: versions and ranges mean what they mean to Maven, and so to Connect's `*.plugin.version`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findClass, versionProblem } from '../../../src/config/classes.ts';
import { compareVersions, versionRange } from '../../../src/config/versions.ts';

describe('the order of versions', () => {
  const ASCENDING = [
    '0.9',
    '1.0-alpha.1',
    '1.0-beta',
    '1.0-rc1',
    '1.0-rc2',
    '1.0-SNAPSHOT',
    '1.0',
    '1.0.1',
    '1.2',
    '1.10',
    '2',
  ];

  it('puts pre-releases before their release, and numbers by their value', () => {
    for (const [at, version] of ASCENDING.entries()) {
      for (const [other, against] of ASCENDING.entries()) {
        expect(`${version} ${Math.sign(compareVersions(version, against))} ${against}`).toBe(
          `${version} ${Math.sign(at - other)} ${against}`,
        );
      }
    }
  });

  it('takes 1, 1.0 and 1.0.0-final for the same, and build metadata for none', () => {
    for (const same of ['1.0', '1.0.0', '1.0.0-final', '1.0.0-GA', '1+build.7']) {
      expect(compareVersions('1', same)).toBe(0);
    }
  });

  it('is an order: antisymmetric, and transitive', () => {
    const version = fc
      .array(fc.oneof(fc.nat(12).map(String), fc.constantFrom('alpha', 'rc', 'x')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('a range', () => {
  it.each([
    ['1.2', ['1.2', '1.2.0'], ['1.2.1', '1.1']],
    ['[1.2]', ['1.2'], ['1.3']],
    ['[1.0,2.0)', ['1.0', '1.9.9', '2.0-rc1'], ['2.0', '0.9']],
    ['(1.0,2.0]', ['1.0.1', '2.0'], ['1.0', '2.1']],
    ['[1.5,)', ['1.5', '99'], ['1.4']],
    ['(,1.0],[2.0,)', ['0.1', '1.0', '2.5'], ['1.5']],
  ])('%s accepts %j and not %j', (text, inside, outside) => {
    const range = versionRange(text, 'p');
    expect(inside.map((version) => range?.has(version))).toEqual(inside.map(() => true));
    expect(outside.map((version) => range?.has(version))).toEqual(outside.map(() => false));
  });

  it.each([undefined, '', 'latest', ' LATEST '])('%s is any version', (text) => {
    expect(versionRange(text, 'p')).toBeUndefined();
  });

  it.each(['[1.0', '1.0,2.0', '[2.0,1.0]', '(1.0)', '[a,b,c]', '[]'])(
    '%s is refused on its property',
    (text) => {
      expect(() => versionRange(text, 'connector.plugin.version')).toThrow(
        expect.objectContaining({ kind: 'config', path: 'connector.plugin.version' }),
      );
    },
  );
});

describe('a class by name and version', () => {
  const KNOWN = ['1.0', '2.0', '1.5'].map((version) => ({ class: 'com.acme.Upper', version }));

  it('is the newest that is accepted', () => {
    expect(findClass(KNOWN, 'Upper')?.version).toBe('2.0');
    expect(findClass(KNOWN, 'com.acme.Upper', '[1.0,2.0)')?.version).toBe('1.5');
    expect(findClass(KNOWN, 'Lower', '1.0')).toBeUndefined();
  });

  it("is refused in Connect's words when only other versions are here", () => {
    expect(versionProblem(KNOWN, 'Upper', '3')).toBe(
      'Plugin com.acme.Upper not found that matches the version range [3,3], available versions: [1.0, 1.5, 2.0]',
    );
  });
});
