import { describe, expect, it } from 'vitest';
import { compileAvro } from '../../../src/data/avro.ts';
import { INT64, STRING, struct } from '../../../src/data/build.ts';
import { BoundedMap } from '../../../src/foundation/bounded-map.ts';
import { registryOptions } from '../../../src/registry/config.ts';
import { inlineReferences } from '../../../src/registry/references.ts';
import { subjectStrategy } from '../../../src/registry/subjects.ts';
import { schemaIdOf, wireHeader } from '../../../src/registry/wire.ts';

describe('registry options', () => {
  it('take several URLs and basic credentials', () => {
    expect(
      registryOptions({
        'schema.registry.url': ' http://a:8081 , https://b/apis/ccompat/v7/ ',
        'basic.auth.credentials.source': 'USER_INFO',
        'basic.auth.user.info': 'user:pa:ss',
      }),
    ).toMatchObject({
      urls: ['http://a:8081/', 'https://b/apis/ccompat/v7/'],
      auth: { username: 'user', password: 'pa:ss' },
    });
  });

  it('take credentials out of the URL, because fetch refuses them there', () => {
    expect(registryOptions({ 'schema.registry.url': 'http://me:p%40ss@a:8081' })).toMatchObject({
      urls: ['http://a:8081/'],
      auth: { username: 'me', password: 'p@ss' },
    });
  });

  it('name the property that is wrong and never its value', () => {
    expect(() => registryOptions({})).toThrow(
      expect.objectContaining({ path: 'schema.registry.url' }),
    );
    expect(() => registryOptions({ 'schema.registry.url': 'localhost' })).toThrow(
      'not a list of URLs',
    );
    const secret = (): unknown =>
      registryOptions({
        'schema.registry.url': 'http://a',
        'basic.auth.credentials.source': 'USER_INFO',
        'basic.auth.user.info': 'hunter2',
      });
    expect(secret).toThrow('basic.auth.user.info must be user:password');
    expect(secret).not.toThrow('hunter2');
  });
});

describe('subjects', () => {
  const schema = struct('com.acme.Account', { Id: STRING });
  it.each([
    ['io.confluent.kafka.serializers.subject.TopicNameStrategy', 'orders-value'],
    ['RecordNameStrategy', 'com.acme.Account'],
    ['TopicRecordName', 'orders-com.acme.Account'],
  ])('by %s', (name, subject) => {
    expect(subjectStrategy(name, 'value.subject.name.strategy')('orders', false, schema)).toBe(
      subject,
    );
  });

  it('need a named record where they are named by it', () => {
    expect(() => subjectStrategy('RecordNameStrategy', 'p')('t', false, INT64)).toThrow(
      'but the schema is int64',
    );
    expect(() => subjectStrategy('RecordNaming', 'p')).toThrow(
      expect.objectContaining({
        kind: 'config',
        path: 'p',
        suggestion: 'Did you mean RecordNameStrategy?',
      }),
    );
  });
});

describe('the wire format', () => {
  it('is a zero byte and the id, big-endian', () => {
    expect([...wireHeader(258)]).toEqual([0, 0, 0, 1, 2]);
    expect(schemaIdOf(Uint8Array.of(0, 0, 0, 1, 2, 99))).toBe(258);
    expect(() => schemaIdOf(Uint8Array.of(1, 0, 0, 1, 2))).toThrow('first byte 1');
    expect(() => schemaIdOf(Uint8Array.of(0, 0))).toThrow('2 bytes');
  });
});

describe('schema references', () => {
  const address =
    '{"type":"record","name":"Address","namespace":"a","fields":[{"name":"City","type":"string","doc":"a.Address"}]}';
  const account =
    '{"type":"record","name":"Account","namespace":"a","fields":[{"name":"b","type":["null","a.Address"]},{"name":"s","type":"a.Address"}]}';

  it('are written in once, where they are first named', async () => {
    const whole = await inlineReferences(
      account,
      [{ name: 'a.Address', subject: 's', version: 1 }],
      async () => address,
    );
    const codec = compileAvro(whole);
    const value = { b: { City: 'Bern' }, s: { City: 'Biel' } };
    expect(codec.decode(codec.encode(value))).toEqual(value);
    expect(whole.match(/"City"/g)).toHaveLength(1);
  });

  it('that lead nowhere are named', async () => {
    const reading = inlineReferences(
      account,
      [{ name: 'a.Address', subject: 's', version: 3 }],
      async () => undefined,
    );
    await expect(reading).rejects.toThrow('refers to a.Address, which s version 3');
  });
});

describe('a bounded map', () => {
  it('drops what was not used for longest', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
    expect(map.size).toBe(2);
  });
});
