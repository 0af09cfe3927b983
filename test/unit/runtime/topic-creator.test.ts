/** Goal: a source's topics are made as `topic.creation.*` says. */
import { describe, expect, it } from 'vitest';
import { newTopic, TopicCreator } from '../../../src/runtime/topic-creator.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';

const properties = {
  'topic.creation.groups': 'wide, compact',
  'topic.creation.default.partitions': '1',
  'topic.creation.default.replication.factor': '1',
  'topic.creation.wide.include': String.raw`crm\.Account,crm\.Order.*`,
  'topic.creation.wide.exclude': String.raw`crm\.OrderItem`,
  'topic.creation.wide.partitions': '6',
  'topic.creation.compact.include': '.*',
  'topic.creation.compact.cleanup.policy': 'compact',
};

describe('topic creation', () => {
  it('takes the first group whose pattern includes the whole name, over the defaults', () => {
    expect(newTopic('crm.Account', properties)).toEqual({
      topic: 'crm.Account',
      partitions: 6,
      replicationFactor: 1,
      config: {},
    });
  });

  it('lets an exclusion pass a topic on to the next group', () => {
    const { partitions, config } = newTopic('crm.OrderItem', properties);
    expect({ partitions, config }).toEqual({
      partitions: 1,
      config: { 'cleanup.policy': 'compact' },
    });
  });

  it("leaves to the broker what isn't said", () => {
    const { partitions, replicationFactor } = newTopic('x', {});
    expect({ partitions, replicationFactor }).toEqual({ partitions: -1, replicationFactor: -1 });
  });

  it('creates a topic once, and leaves one that is there as it is', async () => {
    const kafka = new MemoryKafka();
    kafka.addTopic('there', 3);
    const topics = new TopicCreator(kafka.admin, properties, true);
    for (const topic of ['there', 'crm.Account']) await topics.ensure(topic);
    expect(topics.isKnown('crm.Account')).toBe(true);
    expect(kafka.created.map(({ topic }) => topic)).toEqual(['crm.Account']);
  });

  it('creates nothing where topic.creation.enable is false', async () => {
    const kafka = new MemoryKafka();
    await new TopicCreator(kafka.admin, properties, false).ensure('crm.Account');
    expect(kafka.created).toEqual([]);
  });
});
