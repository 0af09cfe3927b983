/**
 * Goal: an internal topic that is deleted is told by name, before the start and while it runs; no source begins anew in silence.
 * Method: a broker of its own, and one worker of a group with a source and a sink on it.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Cluster, type ClusterWorker } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { files, headwaterItself } from '../../support/headwater-process.ts';
import { hasJvm, startOwnKafka, type OwnKafka } from '../../support/stack.ts';

describe.skipIf(!hasJvm)('internal topics that are deleted', { timeout: 180_000 }, () => {
  let kafka: OwnKafka;
  let cluster: Cluster;
  let worker: ClusterWorker;
  let admin: kafkajs.Admin;
  const { in: input = '', out: output = '' } = files({ in: '', out: '' });
  let lines = '';

  beforeAll(async () => {
    kafka = await startOwnKafka();
    vi.stubEnv('KAFKA_BROKERS', kafka.brokers);
    cluster = new Cluster();
    worker = await cluster.add();
    admin = new kafkajs.Kafka({ brokers: [kafka.brokers], logLevel: 0 }).admin();
    await admin.connect();
    const topic = 'lines';
    for (const [name, config] of Object.entries({
      source: { 'connector.class': 'FileStreamSource', file: input, topic },
      sink: { 'connector.class': 'FileStreamSink', file: output, topics: topic },
    })) {
      await cluster.request('POST', '/connectors', { name, config });
    }
    await delivered();
  }, 180_000);
  afterAll(async () => {
    await admin?.disconnect();
    await cluster?.[Symbol.asyncDispose]();
    await kafka?.[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  });

  async function delivered(): Promise<void> {
    lines += 'a line\n';
    appendFileSync(input, 'a line\n');
    await eventually(
      () => readFileSync(output, 'utf8'),
      (text) => text === lines,
      40_000,
    );
  }

  const log = (): string => worker.process.stderr();
  const status = async (name: string): Promise<string> =>
    await (await fetch(`${worker.url}/connectors/${name}/status`)).text();

  const gone = async (kind: string): Promise<void> =>
    admin.deleteTopics({ topics: [`${cluster.groupId}-${kind}`] });

  test('the status topic, while it runs: told once, and all goes on', async () => {
    await gone('status');
    await eventually(log, (text) => text.includes("The status topic can't be read: "));
    await delivered();
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    expect(await status('source')).toContain('"state":"RUNNING"');
    const said = `"The status topic can't be read: Reading topic ${cluster.groupId}-status: `;
    expect(log().split(said)).toHaveLength(2);
  });

  test('the offset topic, while it runs: sources fail by its name, sinks go on', async () => {
    await gone('offset');
    appendFileSync(input, 'a line\n');
    lines += 'a line\n';
    const seen = await eventually(
      () => status('source'),
      (text) => text.includes('"tasks":[{"id":0,"state":"FAILED"'),
      40_000,
    );
    expect(seen).toContain(`${cluster.groupId}-offset`);
    expect(await status('sink')).toContain('"tasks":[{"id":0,"state":"RUNNING"');
    await eventually(
      async () => (await fetch(`${worker.url}/health`)).status,
      (code) => code === 500,
    );
  });

  test('the offset topic, before the start: a group with sources is not begun anew', async () => {
    await cluster.stop(worker);
    const file = files({ 'worker.properties': cluster.properties.join('\n') });
    await using refused = headwaterItself(['worker', file['worker.properties'] ?? '']);
    expect(await refused.exited).toBe(2);
    expect(refused.stderr()).toContain(
      `Topic '${cluster.groupId}-offset' supplied via the 'offset.storage.topic' property isn't there, but the group has sources (source): all of them would begin anew. Correct the name or restore the topic; to begin anew, create it with cleanup.policy=compact.`,
    );
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
    const topic = `${cluster.groupId}-offset`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, configEntries }] });
    worker = await cluster.add();
    // From the beginning, as was asked for.
    lines += lines;
    await delivered();
  });

  test('the config topic, while it runs: all goes on, changes are refused by its name', async () => {
    await gone('config');
    await eventually(log, (text) => text.includes("The config topic can't be read: "));
    await delivered();
    const answer = await fetch(`${worker.url}/connectors/source/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ 'connector.class': 'FileStreamSource', file: input, topic: 'other' }),
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain(
      `Topic '${cluster.groupId}-config' supplied via the 'config.storage.topic' property isn't there any more: nothing can be changed.`,
    );
    await delivered();
  });
});
