/**
 * Goal: a configuration that the org or the broker doesn't agree to is one sentence on its property when it is
 * validated, and the same in the task's trace when it came in a file, which nobody validates.
 * Method: one worker, started with a file of each; validated once more over REST and by the command.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../../sandbox/index.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { headwater } from '../../support/headwater-process.ts';
import { control, Site, type Maker } from '../../support/site.ts';

const password = (username: string, secret: string): Record<string, string> => ({
  'salesforce.grant.type': 'PASSWORD',
  'salesforce.username': username,
  'salesforce.password': secret,
});
const NO_CHANNEL =
  "doesn't exist or isn't enabled. Check salesforce.channels; an object's changes must be selected under Setup, Change Data Capture.";

interface BadDay {
  readonly name: string;
  readonly what: string;
  readonly config: Record<string, string>;
  readonly property: string;
  readonly finding: string;
  /** Where the task knows less than the check. */
  readonly trace?: string;
}

const REFUSED =
  'Salesforce refused the login by PASSWORD (invalid_grant: authentication failure). Check salesforce.password.';

const DAYS: readonly BadDay[] = [
  {
    name: 'password',
    what: 'a wrong password',
    config: password('reader@shop.example', 'wrong'),
    property: 'salesforce.password',
    finding: REFUSED,
  },
  {
    name: 'channel',
    what: 'a channel that is not there',
    config: { 'salesforce.channels': '/data/AcountChangeEvent' },
    property: 'salesforce.channels',
    finding: 'There is no channel /data/AcountChangeEvent. Did you mean /data/AccountChangeEvent?',
    trace: `/data/AcountChangeEvent: The topic /data/AcountChangeEvent ${NO_CHANNEL}`,
  },
  {
    name: 'unselected',
    what: 'an entity without change events',
    config: { 'salesforce.channels': '/data/LeadChangeEvent' },
    property: 'salesforce.channels',
    finding: 'Lead has no change events: select it under Setup, Change Data Capture.',
    trace: `/data/LeadChangeEvent: The topic /data/LeadChangeEvent ${NO_CHANNEL}`,
  },
  {
    name: 'permission',
    what: 'a user without permission',
    config: password('reader@shop.example', 'right'),
    property: 'salesforce.channels',
    finding:
      'The user may not subscribe to /data/AccountChangeEvent: it needs View All on Account.',
    trace:
      "/data/AccountChangeEvent: You don't have permission to subscribe to the topic /data/AccountChangeEvent. The user needs View All on the object, or Read on the event; then restart the task.",
  },
  {
    name: 'unreachable',
    what: 'a Pub/Sub API that does not answer',
    config: { 'salesforce.pubsub.endpoint': 'http://127.0.0.1:1' },
    property: 'salesforce.pubsub.endpoint',
    finding:
      "/data/AccountChangeEvent: The Pub/Sub API can't be reached (connect ECONNREFUSED 127.0.0.1:1). Check salesforce.pubsub.endpoint and the network.",
    trace:
      "/data/AccountChangeEvent: The Pub/Sub API can't be reached (connect ECONNREFUSED 127.0.0.1:1).",
  },
];

let site: Site;
let make: Maker;

beforeAll(async () => {
  const connectors = (given: Maker): readonly Record<string, string>[] =>
    DAYS.map(({ name, config }) => given.source(name, config));
  site = await Site.open(connectors, { changeEvents: ['Account'] }, withReader);
  make = site.make;
});
afterAll(() => site[Symbol.asyncDispose]());

function withReader(sandbox: Sandbox): Promise<void> {
  const reader = { username: 'reader@shop.example', password: 'right', viewAllData: false };
  return control(sandbox, 'POST', '/users', reader);
}

test.each(DAYS)('$what', async ({ name, config, property, finding, trace = finding }) => {
  expect(await site.findings(make.source(name, config))).toEqual({ [property]: [finding] });
  expect(await site.refusal(make.source(name, config))).toContain(finding);
  const state = name === 'unreachable' ? 'RESTARTING' : 'FAILED';
  expect((await site.until(name, state, trace)).why).toBe(trace);
});

test('a typo in a property, suggested by the command, which ends with 2', async () => {
  const file = join(make.folder, 'typo.json');
  writeFileSync(file, JSON.stringify(make.source('typo', { 'salesforce.initial.strat': 'all' })));
  await using validate = headwater(['validate', file, '--worker', site.line.worker.url]);
  expect(await validate.exited).toBe(2);
  expect(validate.stdout()).toBe(
    `${file}: typo: salesforce.initial.strat: Unknown property salesforce.initial.strat: did you mean salesforce.initial.start?\n`,
  );
});

test('a topic that is compacted already, for it would drop what deltas say', async () => {
  const topic = make.topic('compacted');
  const { KAFKA_BROKERS: brokers = '' } = process.env;
  await using kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
  const config = { 'cleanup.policy': 'compact' };
  // Started before there is a topic: as from a file, nobody asks the broker.
  await site.put(make.source('compacted'));
  await site.until('compacted', 'RUNNING');
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config });
  await site.line.org.create('Account', { Name: 'First' });
  const message = `${topic} is compacted, but its records are deltas. Set its cleanup.policy to delete, or choose another topic.prefix.`;
  expect((await site.until('compacted', 'FAILED')).why).toBe(message);
  expect(await site.findings(make.source('compacted'))).toEqual({ 'topic.prefix': [message] });
  expect(await site.line.read('compacted.Account')).toEqual([]);
});
