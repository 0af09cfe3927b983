import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Redactor } from '../../../src/foundation/redact.ts';

test('a secret is hidden as it is, in JSON and in a URL', () => {
  const redactor = new Redactor();
  const secret = 'p "a" & b\n';
  redactor.add(secret);
  for (const text of [secret, JSON.stringify({ secret }), encodeURIComponent(secret)]) {
    const hidden = redactor.redact(`before ${text} after`);
    expect(hidden).toContain('[hidden]');
    expect(hidden).not.toContain(text);
  }
});

test('a secret inside another leaves no rest of the longer one', () => {
  const redactor = new Redactor();
  redactor.add('inner');
  redactor.add('outer-inner-outer');
  expect(redactor.redact('x outer-inner-outer y inner')).toBe('x [hidden] y [hidden]');
});

test('values too short to be secrets leave text alone', () => {
  const redactor = new Redactor();
  redactor.add('');
  redactor.add('1');
  expect(redactor.redact('1 of 11')).toBe('1 of 11');
});

test('no secret that was told is ever in the text', () => {
  const secret = fc.string({ minLength: 4 }).filter((text) => !'[hidden]'.includes(text));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      const redactor = new Redactor();
      redactor.add(value);
      const line = JSON.stringify({ msg: `${before}${value}${after}` });
      expect(redactor.redact(line)).toContain('[hidden]');
    }),
  );
});
