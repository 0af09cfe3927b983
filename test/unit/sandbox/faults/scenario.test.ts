import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { Faults } from '../../../../sandbox/salesforce/faults/actions.ts';
import { FaultBoard } from '../../../../sandbox/salesforce/faults/board.ts';
import { readScenario, scenarioOf } from '../../../../sandbox/salesforce/faults/scenario.ts';
import { ScenarioRunner } from '../../../../sandbox/salesforce/faults/scenario-runner.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { PubSubFaults } from '../../../../sandbox/salesforce/pubsub/faults.ts';
import { Versions } from '../../../../sandbox/salesforce/rest/versions.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-scenario-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const YAML = `
seed: 7
steps:
  - at: 1m30s
    set: { latency: { ms: 200, jitterMs: 50, path: /services/data/* } }
    for: 10s
  - after: { requests: 3, method: GET }
    set: { pubsub: { goAway: { graceMs: 100 } } }
  - after: { path: /services/oauth2/token }
    set: { serviceUnavailable: 2 }
  - after: { events: 10, topic: /data/* }
    set: { latency: false }
`;

test('YAML and JSON are read alike', async () => {
  const fromYaml = await readScenario(await file('a.yaml', YAML));
  expect(fromYaml.seed).toBe(7);
  expect(fromYaml.steps).toEqual([
    {
      trigger: { kind: 'at', ms: 90_000 },
      changes: [
        { name: 'latency', settings: [{ ms: 200, jitterMs: 50, path: '/services/data/*' }] },
      ],
      forMs: 10_000,
    },
    {
      trigger: { kind: 'requests', count: 3, path: undefined, method: 'GET' },
      changes: [{ name: 'pubsub.goAway', settings: [{ graceMs: 100 }] }],
      forMs: undefined,
    },
    {
      trigger: {
        kind: 'requests',
        count: 1,
        path: '/services/oauth2/token',
        method: undefined,
      },
      changes: [{ name: 'serviceUnavailable', settings: [{ count: 2 }] }],
      forMs: undefined,
    },
    {
      trigger: { kind: 'events', count: 10, topic: '/data/*' },
      changes: [{ name: 'latency', settings: [] }],
      forMs: undefined,
    },
  ]);
  const json = JSON.stringify({ steps: [{ at: 5, set: { serviceUnavailable: 1 } }] });
  expect((await readScenario(await file('a.json', json))).steps).toHaveLength(1);
});

test.each([
  ['steps: [{ at: 1s, set: { latency: { ms: no } } }]', /steps\[0\]\.set\.latency\.ms: It must be/],
  ['steps: [{ at: 1s, sett: {} }]', /steps\[0\]: "sett" is not known\. Did you mean "set"\?/],
  ['steps: [{ at: 1s, set: { pubsub: { goAway: true } }, for: 2s }]', /steps\[0\]\.for: What/],
  ['steps: {', /isn't right/],
])('%s is refused by its place', async (text, message) => {
  await expect(readScenario(await file('wrong.yaml', text))).rejects.toMatchObject({
    kind: 'config',
    code: 'sandbox.scenario.invalid',
    message: expect.stringMatching(message),
  });
});

test("the README's example is a scenario", async () => {
  const folderOfFaults = join(import.meta.dirname, '../../../../sandbox/salesforce/faults');
  const readme = await readFile(join(folderOfFaults, 'README.md'), 'utf8');
  const [, block = ''] = /## A scenario\n\n((?: {4}.*\n)+)/.exec(readme) ?? [];
  const { steps } = await readScenario(await file('readme.yaml', block.replaceAll(/^ {4}/gm, '')));
  expect(steps).toHaveLength(4);
});

test('a file that is not there is named', async () => {
  await expect(readScenario(join(folder, 'none.yaml'))).rejects.toThrow(/none\.yaml can't be read/);
});

test('steps happen once: at a time, after requests, after events, and end', async () => {
  const org = createOrg({ seed: 1 });
  const events = createEventBus({ org, selection: { has: () => true } });
  const board = new FaultBoard(1);
  const pubsub = new PubSubFaults(board);
  const faults = new Faults(board, { org, pubsub, events, versions: Versions.of(org) });
  const clock = new ManualClock();
  const scenario = scenarioOf({
    steps: [
      { at: '1s', set: { halfOpen: true }, for: '2s' },
      { after: { requests: 2, path: '/a*' }, set: { serviceUnavailable: 5 } },
      { after: { events: 2 }, set: { pubsub: { silent: true } } },
      { at: '1h', set: { endSessions: { user: 'nobody' } } },
    ],
  });
  const failures: string[] = [];
  const onFailure = (sentence: string): unknown => failures.push(sentence);
  using runner = new ScenarioRunner({ scenario, faults, log: events.log, clock, onFailure });
  const app = fastify();
  runner.watch(app);
  app.get('/*', (_request, reply) => reply.code(204).send());
  await app.inject('/a');
  runner.start();
  await clock.advance(999);
  expect(board.isOn('halfOpen')).toBe(false);
  await clock.advance(1);
  expect(board.isOn('halfOpen')).toBe(true);
  await clock.advance(2000);
  expect(board.isOn('halfOpen')).toBe(false);

  for (const path of ['/a', '/b', '/__sandbox/v1/faults']) await app.inject(path);
  expect(board.left('serviceUnavailable')).toBe(0);
  await app.inject('/ab?x=1');
  await nextTurn();
  expect(board.left('serviceUnavailable')).toBe(5);
  board.set('serviceUnavailable', []);
  for (const path of ['/a', '/a', '/a']) await app.inject(path);
  await nextTurn();
  expect(board.left('serviceUnavailable')).toBe(0);

  const actor = { userId: org.admin.id, origin: '' };
  const insert = (): unknown =>
    org.write(actor, [{ op: 'insert', entity: 'Account', values: { Name: 'A' } }], true);
  insert();
  expect(board.isOn('pubsub.silent')).toBe(false);
  insert();
  expect(board.isOn('pubsub.silent')).toBe(true);

  await clock.advance(3_600_000);
  expect(failures).toEqual([expect.stringContaining('There is no user "nobody"')]);
  await app.close();
});
