/**
 * Goal: Salesforce's schema changes while raw events flow: each event stays readable with the schema it was written with,
 * and where the registry couldn't take a schema beside the others, `schema.incompatible` decides, by the field's name.
 * Method: a sandbox whose control API changes the object, a worker on the run's Kafka and registry (BACKWARD).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Struct } from '../../../src/sdk/index.ts';
import { salesforcePubSubSource } from '../../../connectors/salesforce/index.ts';
import { eventually } from '../../support/eventually.ts';
import { SalesforceLine, type OnTopic } from '../../support/salesforce-line.ts';
import { startTestWorker } from '../../support/worker.ts';

const RAW = { 'output.format': 'raw' };
const tier = { entity: 'Account', name: 'Tier__c' };

/** A text or a compound in Salesforce's schema: to Connect, a struct with a field for each. */
const names = (records: readonly OnTopic[]): unknown[] =>
  records.map(({ value }) => (value['Name'] as Struct)['string']);
const tiers = (records: readonly OnTopic[]): unknown[] =>
  records.map(({ value }) => value['Tier__c']);
const repeated = (times: number, list: readonly string[]): string[] =>
  Array.from({ length: times }, () => list).flat();
const schemaIds = (records: readonly OnTopic[]): number[] =>
  records.map(({ bytes }) => bytes.readInt32BE(1));

describe.skipIf((process.env['SCHEMA_REGISTRY_URL'] ?? '') === '')('raw events', () => {
  let line: SalesforceLine;
  let failing: string;
  let going: string;

  /** Six events: without the field, with it as a text, without it, with it again, then as a number. */
  beforeAll(async () => {
    line = await SalesforceLine.open({ seed: 6 });
    line.insert({ Name: 'Before' });
    failing = await line.source(RAW);
    going = await line.source({ ...RAW, 'schema.incompatible': 'new.topic' });
    await line.control('POST', '/fields', { ...tier, type: 'string', length: 20 });
    line.insert({ Name: 'Text', Tier__c: 'gold' });
    await line.control('DELETE', '/fields/Account/Tier__c', {});
    line.insert({ Name: 'Without' });
    await line.control('POST', '/fields', { ...tier, type: 'string', length: 20 });
    line.insert({ Name: 'Text again', Tier__c: 'silver' });
    await line.control('PATCH', '/fields', { ...tier, type: 'double' });
    line.insert({ Name: 'Number', Tier__c: 7 });
    line.insert({ Name: 'Number again', Tier__c: 8 });
  }, 60_000);
  afterAll(() => line[Symbol.asyncDispose]());

  test('of several schemas share a topic while no field is retyped, then one of their own', async () => {
    const first = await line.read(`${going}.Account`, 4);
    const second = await line.read(`${going}.Account.v2`, 2);
    expect(names(first)).toEqual(['Before', 'Text', 'Without', 'Text again']);
    expect(tiers(first)).toEqual([undefined, 'gold', undefined, 'silver']);
    expect(tiers(second)).toEqual([7, 8]);
    // A schema that comes again has the id it had; a field that comes again is another field to Salesforce.
    const [before, text, without, again] = schemaIds(first);
    expect(without).toBe(before);
    expect(new Set([before, text, again]).size).toBe(3);
    expect(line.herder.status(going).tasks[0]?.state).toBe('RUNNING');
  });

  test('read again, and again, are never mixed with those that have another type', async () => {
    const topic = `${going}.Account`;
    for (const times of [1, 2]) {
      await line.herder.stop(going);
      await line.herder.resetOffsets(going);
      await line.herder.resume(going);
      // What fits both goes to the newest.
      const first = await line.read(topic, 4 + 2 * times);
      const second = await line.read(`${topic}.v2`, 2 + 4 * times);
      expect(names(first).slice(4)).toEqual(repeated(times, ['Text', 'Text again']));
      const fitting = ['Before', 'Without', 'Number', 'Number again'];
      expect(names(second).slice(2)).toEqual(repeated(times, fitting));
    }
    expect(line.herder.topics(going)).toEqual([topic, `${topic}.v2`]);
  });

  test('with a retyped field fail the task by default, named, nothing after them published', async () => {
    const status = await eventually(
      () => line.herder.status(failing).tasks[0],
      (task) => task?.state === 'FAILED',
    );
    expect(status?.trace).toContain(`Tier__c of ${failing}.Account was string and is now double`);
    expect(status?.trace).toContain('schema.incompatible=new.topic');
    expect(names(await line.read(`${failing}.Account`, 4))).toEqual([
      'Before',
      'Text',
      'Without',
      'Text again',
    ]);
  });

  test.each([
    [RAW, { 'output.format': 'change' }],
    [{ 'output.format': 'change' }, RAW],
  ])('are not mixed with another format’s: %j, then %j', async (first, second) => {
    const prefix = await line.source({ ...first, 'schema.incompatible': 'new.topic' });
    await line.read(`${prefix}.Account`, 1);
    await line.herder.stop(prefix);
    await line.herder.resetOffsets(prefix);
    await line.herder.putConfig(prefix, line.config(prefix, second));
    await line.herder.resume(prefix);
    const failed = await eventually(
      () => line.herder.status(prefix).tasks[0],
      (task) => task?.state === 'FAILED',
    );
    expect(failed?.trace).toContain(
      `${prefix}.Account holds records of another format than output.format=${second['output.format']}`,
    );
  });

  test('are refused with a worker’s converter that can’t write them', async () => {
    // StringConverter, unless told otherwise.
    await using worker = await startTestWorker({}, { plugins: [salesforcePubSubSource] });
    const config = line.config('text', { ...RAW, name: 'text' });
    const { configs } = await worker.herder.validate('SalesforcePubSubSource', config);
    const wrong = configs.filter(({ value }) => value.errors.length > 0);
    expect(wrong.map(({ value }) => value.name)).toEqual(['value.converter']);
    await expect(worker.herder.create('text', config)).rejects.toThrow('StringConverter');
  });
});
