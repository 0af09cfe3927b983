/** Goal: sasl.jaas.config is read as Java's clients read it, and an error never shows what it read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJaas } from '../../../src/kafka/jaas.ts';

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';

describe('a login module', () => {
  test.each([
    [`${SCRAM} required username="alice" password="s3cret";`],
    [`${SCRAM}  Required\n  username=alice\n  password='s3cret' ;`],
    [`${SCRAM} required username = "alice" password= "s3cret";\n`],
  ])('%s gives its options', (text) => {
    expect(parseJaas(text)).toEqual({
      module: 'ScramLoginModule',
      options: { username: 'alice', password: 's3cret' },
    });
  });

  test('may have no options', () => {
    expect(parseJaas(`${SCRAM} required;`).options).toEqual({});
  });

  test('keeps every password that is quoted', () => {
    const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.string(), (password) => {
        const text = `a.PlainLoginModule required password=${quoted(password)};`;
        return parseJaas(text).options['password'] === password;
      }),
    );
  });
});

describe('what a person gets wrong', () => {
  test.each([
    ['', 'there is no login module'],
    ['PlainLoginModule username="u" password="pass-word";', 'must come "required"'],
    ['PlainLoginModule required password="pass-word"', 'end with a semicolon'],
    ['PlainLoginModule required password="pass-word;', 'a quote is not closed'],
    ['PlainLoginModule required password;', 'the value of password is missing'],
    ['PlainLoginModule required ="pass-word";', 'a name is missing'],
    ['PlainLoginModule required; ScramLoginModule required;', 'only one login module'],
  ])('%s is one error', (text, why) => {
    const parse = (): unknown => parseJaas(text);
    expect(parse).toThrow(expect.objectContaining({ kind: 'config', path: 'sasl.jaas.config' }));
    expect(parse).toThrow(why);
    expect(parse).not.toThrow('pass-word');
  });
});
