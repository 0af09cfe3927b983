/** Goal: nothing that lets anybody in gets into the request log, wherever a client puts it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactAddress, redactText } from '../../../../sandbox/salesforce/control/redact.ts';

const TOKEN = '00DHw00001T8KFO!AQoAQH0dMHEXAMPLE.zY_x';

test('a query stays readable', () => {
  const address = '/services/data/v66.0/query?q=SELECT+Id+FROM+Account';
  expect(redactAddress(address)).toBe(address);
});

test.each([
  ['/services/oauth2/token?grant_type=password&username=a&password=b'],
  ['/services/oauth2/revoke?token=5Aep861'],
  ['/secur/frontdoor.jsp?sid=abc'],
  ['/services/oauth2/token?5Aep861'],
])('parameters that nobody knows to be harmless lose their values: %s', (address) => {
  expect(redactAddress(address)).not.toMatch(/=b$|5Aep861|abc|username=a&/);
});

test('an access token is hidden in paths, in queries and in what clients say of themselves', () => {
  for (const text of [`/x/${TOKEN}`, `/x?q=${TOKEN}`, `/x?q=${encodeURIComponent(TOKEN)}`]) {
    expect(redactAddress(text)).not.toContain('AQoAQH0dMHEXAMPLE');
  }
  expect(redactText(`agent ${TOKEN} 1.0`)).toBe('agent … 1.0');
});

test('a value of any parameter but the known ones never shows', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_.-]{12,40}$/);
  const name = fc.stringMatching(/^[a-z]{3,12}$/).filter((text) => !KNOWN.has(text));
  fc.assert(
    fc.property(name, secret, (parameter, value) => {
      expect(redactAddress(`/services?${parameter}=${value}&q=1`)).toBe(
        `/services?${parameter}=…&q=1`,
      );
    }),
  );
});
const KNOWN = new Set([
  'fields',
  'start',
  'end',
  'explain',
  'locator',
  'sobject',
  'display',
  'since',
  'limit',
]);

test('an address of any length is cut', () => {
  expect(redactAddress(`/services/data/v66.0/query?q=${'x'.repeat(100_000)}`).length).toBeLessThan(
    2_100,
  );
});
