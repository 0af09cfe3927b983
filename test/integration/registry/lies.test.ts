/**
 * Goal: a registry that lies is told by one clear error; no record is written under an id that can't be, or read with what
 * is no schema.
 * Method: `test/support/lying-registry.ts`, a server that answers what it is told to.
 */
import { expect, it } from 'vitest';
import { MAX_ANSWER_BYTES } from '../../../src/registry/answer.ts';
import { createSchemaRegistry } from '../../../src/registry/registry.ts';
import { lyingRegistry } from '../../support/lying-registry.ts';

const HTML = '<html><body>Welcome</body></html>';

it.each([
  ['an HTML page', HTML, 'registry.url'],
  ['half an answer', '{"id":', 'registry.url'],
  ['nothing', '', 'registry.url'],
  ['null', 'null', 'registry.url'],
  ['id 0', '{"id":0}', 'registry.url'],
  ['a negative id', '{"id":-1}', 'registry.url'],
  ['an id beyond four bytes', '{"id":2147483648}', 'registry.url'],
  ['half an id', '{"id":1.5}', 'registry.url'],
  ['an id as text', '{"id":"1"}', 'registry.url'],
])('%s for a registered schema is refused', async (_name, answer, code) => {
  await using server = await lyingRegistry(answer);
  const registry = createSchemaRegistry({ urls: [server.url] });
  const registered = registry.register('orders-value', '"string"');
  await expect(registered).rejects.toMatchObject({ kind: 'config', code });
});

it.each([
  ['an HTML page', HTML, 'config', 'registry.url'],
  ['half an answer', '{"schema":"\\"str', 'config', 'registry.url'],
  ['a schema that is a number', '{"schema":7}', 'config', 'registry.url'],
  ['no schema', '{}', 'config', 'registry.url'],
  ['another type', '{"schema":"{}","schemaType":"JSON"}', 'data', 'registry.schema.type'],
])(
  '%s for a schema by its id is refused, and asked for again next time',
  async (_n, answer, kind, code) => {
    await using server = await lyingRegistry(answer);
    const registry = createSchemaRegistry({ urls: [server.url] });
    await expect(registry.byId(1)).rejects.toMatchObject({ kind, code });
    server.answer = '{"schema":"\\"string\\""}';
    expect(await registry.byId(1)).toBe('"string"');
  },
);

it.each(['{"versions":[1]}', '["1"]', '7'])('versions that are %s are refused', async (answer) => {
  await using server = await lyingRegistry(answer);
  const registry = createSchemaRegistry({ urls: [server.url] });
  await expect(registry.versions('orders-value')).rejects.toMatchObject({ code: 'registry.url' });
});

it('an answer without end is not read to its end', async () => {
  await using server = await lyingRegistry(' '.repeat(MAX_ANSWER_BYTES + 1));
  const registry = createSchemaRegistry({ urls: [server.url] });
  await expect(registry.versions('orders-value')).rejects.toMatchObject({
    kind: 'config',
    message: `${server.url} answers more than 16 MiB about orders-value: no schema registry does.`,
  });
});

it('an answer that never ends is given up in time, as an outage', async () => {
  await using server = await lyingRegistry('[');
  server.isEndless = true;
  const registry = createSchemaRegistry({ urls: [server.url], timeoutMs: 200 });
  await expect(registry.versions('orders-value')).rejects.toMatchObject({ kind: 'retriable' });
});
