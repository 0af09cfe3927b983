/**
 * Goal: docs/properties says what the definitions in code say, every definition says enough, and nothing that a Connect
 * user's file has is ignored without a word.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commonDef, connectorDef } from '../../../src/config/connector-def.ts';
import { taskRestartKeys } from '../../../src/config/task-restart.ts';
import type { ConfigKey } from '../../../src/config/definition.ts';
import { DISTRIBUTED_WORKER_DEF, STANDALONE_WORKER_DEF } from '../../../src/config/worker.ts';
import { IGNORED_WORKER_PROPERTIES, reasonIgnored } from '../../../src/config/worker-ignored.ts';
import { WORKER_PREFIXES } from '../../../src/config/worker-prefixes.ts';
import { unknownProperties } from '../../../src/config/unknown.ts';
import { CONVERTERS } from '../../../src/converters/catalog.ts';
import { CONSUMER_KEYS, PRODUCER_KEYS } from '../../../src/kafka/client-keys.ts';
import { consumerSettings } from '../../../src/kafka/consumer-settings.ts';
import { PREDICATES, TRANSFORMS } from '../../../src/transforms/catalog.ts';
import {
  connectors,
  indexText,
  pageText,
  propertyPages,
  root,
} from '../../support/docs/property-pages.ts';
import { CONNECT_WORKER_PROPERTIES } from './connect-worker-properties.ts';

const folder = join(root, 'docs/properties');
const HOW = 'after a change of a definition: npx vitest run test/unit/docs -u';
const pages = await propertyPages();

test.each(pages)(`docs/properties/$file is what the code says (${HOW})`, async (page) => {
  await expect(pageText(page)).toMatchFileSnapshot(join(folder, page.file));
});

test(`docs/properties/README.md lists every page, and there is no other (${HOW})`, async () => {
  await expect(indexText(pages)).toMatchFileSnapshot(join(folder, 'README.md'));
  const files = ['README.md', ...pages.map(({ file }) => file)].toSorted();
  expect(readdirSync(folder).toSorted()).toEqual(files);
});

const workerDef = [...STANDALONE_WORKER_DEF, ...DISTRIBUTED_WORKER_DEF];

test('every definition has a meaning, and a default that is one of its values', async () => {
  const defs = [
    workerDef,
    commonDef('source'),
    commonDef('sink'),
    PRODUCER_KEYS,
    CONSUMER_KEYS,
    ...(await connectors()).map(({ config }) => config),
    ...[...CONVERTERS, ...TRANSFORMS, ...PREDICATES].map(({ config }) => config),
  ];
  const silent = defs.flat().filter((key) => key.documentation.trim().length < MEANINGLESS);
  expect(silent.map(({ name }) => name)).toEqual([]);
  const isOdd = ({ values, default: usual }: ConfigKey): boolean =>
    values !== undefined && typeof usual === 'string' && !values.includes(usual);
  expect(defs.flat().filter(isOdd)).toEqual([]);
});
/** Connect's shortest: "Destination ...". */
const MEANINGLESS = 10;

test('every property of a 4.3 worker of Connect is a definition, or in the list of those without effect', () => {
  const lost = CONNECT_WORKER_PROPERTIES.filter(
    (name) =>
      !workerDef.some((key) => key.name === name) && reasonIgnored(name, workerDef) === undefined,
  );
  expect(lost).toEqual([]);
});

test('what validation adds to a connector for what it names is on the page, too', () => {
  const named = { 'task.restart.max.attempts': '1', 'errors.deadletterqueue.topic.name': 'q' };
  const options = { type: 'source', version: '' } as const;
  const keys = [...connectorDef([], [], named, options), ...taskRestartKeys(named, {})];
  const text = pages.find(({ file }) => file === 'connectors.md')?.body ?? '';
  expect(keys.filter(({ name }) => !text.includes(`### \`${name}\``))).toEqual([]);
});

test('nothing is both', () => {
  const names = IGNORED_WORKER_PROPERTIES.flatMap((each) => each.names);
  const both = names.filter((name) => workerDef.some((key) => key.name === name));
  expect(both).toEqual([]);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test('a property without effect isn’t taken for a misspelt one', () => {
  const names = IGNORED_WORKER_PROPERTIES.flatMap((each) => each.names);
  const given = Object.fromEntries(names.map((name) => [name, 'x']));
  for (const def of [STANDALONE_WORKER_DEF, DISTRIBUTED_WORKER_DEF]) {
    expect(unknownProperties(def, given, WORKER_PREFIXES).errors).toEqual([]);
  }
});

test('a misspelt one is told its right name', () => {
  const { errors } = unknownProperties(
    DISTRIBUTED_WORKER_DEF,
    { 'offset.flush.intervall.ms': '1', 'sasl.mechanisms': 'PLAIN' },
    WORKER_PREFIXES,
  );
  expect(errors.map(({ message }) => message)).toEqual([
    'Unknown property offset.flush.intervall.ms: did you mean offset.flush.interval.ms?',
    'Unknown property sasl.mechanisms: did you mean sasl.mechanism?',
  ]);
});

test('a consumer’s defaults are those that the page tells', () => {
  const told = CONSUMER_KEYS.flatMap(({ name, default: usual }) =>
    typeof usual === 'string' ? [[name, usual] as const] : [],
  );
  expect(consumerSettings({})).toEqual(consumerSettings(Object.fromEntries(told)));
});
