import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonBody } from '../../../../sandbox/salesforce/json-body.ts';
import { SalesforceError } from '../../../../sandbox/salesforce/org/types.ts';

function refusal(text: string): string {
  try {
    parseJsonBody(text);
  } catch (error) {
    if (error instanceof SalesforceError && error.errorCode === 'JSON_PARSER_ERROR') {
      return error.message;
    }
    throw error;
  }
  return 'taken';
}

describe('a body that is no JSON is refused with what is wrong and where', () => {
  test.each([
    [
      'request=1',
      "Unrecognized token 'request': was expecting 'null', 'true', 'false' or NaN at [line:1, column:8]",
    ],
    [
      '{"a": %}',
      "Unexpected character ('%' (code 37)): expected a valid value (number, String, array, object, 'true', 'false' or 'null') at [line:1, column:8]",
    ],
    [
      "{\n  'a': 1}",
      "Unexpected character (''' (code 39)): was expecting double-quote to start field name at [line:2, column:4]",
    ],
    [
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value at [line:1, column:7]",
    ],
    [
      '{"a":1 "b":2}',
      "Unexpected character ('\"' (code 34)): was expecting comma to separate OBJECT entries at [line:1, column:9]",
    ],
    [
      '[1,]',
      "Unexpected character (']' (code 93)): expected a valid value (number, String, array, object, 'true', 'false' or 'null') at [line:1, column:5]",
    ],
    ['{"Name":', 'Unexpected end-of-input within/between OBJECT entries at [line:1, column:9]'],
    [
      '{"Name":"x',
      'Unexpected end-of-input: was expecting closing quote for a string value at [line:1, column:11]',
    ],
  ])('%s', (text, message) => {
    expect(refusal(text)).toBe(message);
  });
});

test('what JSON.parse takes is taken, and anything else is told a place in the text', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-',
    '"',
    'null',
    ' ',
    '\n',
    'x',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = text === '';
      }
      const message = refusal(text);
      if (valid) expect(message).toBe('taken');
      else expect(message).toMatch(/ at \[line:\d+, column:\d+\]$/);
    }),
    { numRuns: 2000 },
  );
});

test('brackets in strings and side by side aren’t nesting', () => {
  const body = {
    text: '[{'.repeat(5000),
    quote: '\\"['.repeat(5000),
    list: Array(5000).fill([{}]),
  };
  expect(parseJsonBody(JSON.stringify(body))).toEqual(body);
});
