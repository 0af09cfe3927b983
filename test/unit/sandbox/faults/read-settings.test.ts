import { expect, test } from 'vitest';
import { readFaults } from '../../../../sandbox/salesforce/faults/read-settings.ts';

test('short forms: a count, on, off, several settings, groups', () => {
  expect(
    readFaults({
      serviceUnavailable: 3,
      requestLimitExceeded: 0,
      halfOpen: true,
      latency: [{ ms: 1 }, { ms: 2, path: '/cometd*' }],
      pubsub: { silent: true, unavailable: false, failures: [] },
    }),
  ).toEqual([
    { name: 'serviceUnavailable', settings: [{ count: 3 }] },
    { name: 'requestLimitExceeded', settings: [] },
    { name: 'halfOpen', settings: [{}] },
    {
      name: 'latency',
      settings: [
        { ms: 1, jitterMs: 0 },
        { ms: 2, jitterMs: 0, path: '/cometd*' },
      ],
    },
    { name: 'pubsub.silent', settings: [{}] },
    { name: 'pubsub.unavailable', settings: [] },
    { name: 'pubsub.failures', settings: [] },
  ]);
});

test.each<[object, string]>([
  [{ latencey: 1 }, '"latencey" is not known. Did you mean "latency"?'],
  [{ pubsub: { silence: true } }, '"pubsub.silence" is not known. Did you mean "pubsub.silent"?'],
  [{ latency: true }, 'latency: "ms" is missing: how long.'],
  [{ latency: { ms: -1 } }, 'latency.ms: It must be a whole number, 0 to 600000 ms.'],
  [{ latency: [{ ms: 1 }, { ms: 1, at: 2 }] }, 'latency[1]: "at" is not known. Known are "ms"'],
  [
    { connectionReset: { at: 'befor' } },
    'connectionReset.at: "befor" is not known. Did you mean "before"?',
  ],
  [
    { serviceUnavailable: { probability: 2 } },
    'serviceUnavailable.probability: It must be a number, 0 to 1.',
  ],
  [{ pubsub: { silent: 2 } }, 'pubsub.silent: It must be an object.'],
  [{ pubsub: true }, 'pubsub: It must be an object.'],
])('%o: %s', (body, message) => {
  expect(() => readFaults(body)).toThrow(message);
});
