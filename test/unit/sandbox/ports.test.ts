import { expect, test } from 'vitest';
import { choosePorts } from '../../../sandbox/salesforce/ports.ts';

test('without a first port any free ones are taken, two for each further org', async () => {
  expect(await choosePorts(undefined, 2)).toEqual({
    http: 0,
    https: 0,
    pubsub: 0,
    pubsubPlain: 0,
    further: [
      { http: 0, https: 0 },
      { http: 0, https: 0 },
    ],
  });
});

test('ports above the highest are refused with the first that would do', async () => {
  await expect(choosePorts(65_532, 1)).rejects.toMatchObject({
    code: 'sandbox.port.refused',
    kind: 'config',
    message: 'The sandbox needs ports 65532 to 65537, and the highest there is is 65535.',
    suggestion: 'Choose 65530 or a lower one.',
  });
});
