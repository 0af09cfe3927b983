/** Goal: docs/rest/openapi.yaml says what is served, all of it, and in the shapes that Connect answers in. */
import { fastify, type FastifyRequest } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import type { GroupHerder } from '../../../src/herder/herder.ts';
import { goldenExchanges } from '../../support/golden-rest.ts';
import { operations, readOpenApi } from '../../support/openapi.ts';
import { app } from './harness.ts';

const document = readOpenApi();
const documented = operations(document.paths);

test('every route is documented, and nothing else', async () => {
  const served = app({}, { group: {} as GroupHerder });
  await served.ready();
  const told = documented.map(({ path, method }) => `${method} ${path}`);
  expect(told.toSorted()).toEqual(routesOf(served.printRoutes({ commonPrefix: false })));
});

test('every operation has a name of its own, a known tag, and its path’s parameters', () => {
  const ids = documented.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = document.tags.map(({ name }) => name);
  for (const { path, operation } of documented) {
    expect(tags).toEqual(expect.arrayContaining([...operation.tags]));
    const given = [...(document.paths[path]?.parameters ?? []), ...(operation.parameters ?? [])];
    const inPath = given.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    const expected = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(inPath, path).toEqual(expected);
    expect(Object.keys(operation.responses).some((code) => code < '300')).toBe(true);
  }
});

const exchanges = goldenExchanges();
/** Connect has a connector there with null as a property, which is refused here. */
const WITH_NULL = [
  '031-create-null-value',
  '047-connectors-expand-info',
  '048-connectors-expand-both',
];

describe.skipIf(exchanges.length === 0)('the answers of a Connect worker', () => {
  const options = { coerceTypes: false, removeAdditional: false, strict: false } as const;
  const checker = fastify({ ajv: { customOptions: options } });
  let request: FastifyRequest | undefined;
  checker.get('/', (asked) => {
    request = asked;
    return '';
  });
  afterAll(() => checker.close());

  test('have the documented shapes', async () => {
    await checker.inject('/');
    const wrong: string[] = [];
    let checked = 0;
    for (const { name, method, path, status, answer } of exchanges) {
      const found = documented.find(
        (each) => each.method === method && matches(each.path, path.split('?')[0] ?? ''),
      );
      const schema = found?.operation.responses[status]?.content?.['application/json']?.schema;
      if (schema === undefined || answer === '') continue;
      checked += 1;
      if (request?.validateInput(JSON.parse(answer), schema) !== true) wrong.push(name);
    }
    expect(wrong).toEqual(WITH_NULL);
    expect(checked).toBeGreaterThan(80);
  });
});

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`).test(path);
}

/** `GET /connectors/{name}`, of the tree that fastify prints. HEAD goes with every GET. */
function routesOf(tree: string): readonly string[] {
  const parents: string[] = [];
  const found: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', text = '', methods = ''] =
      /^(.*?)(?:├── |└── )(\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    if (text === '') continue;
    const depth = indent.length / 4;
    parents.length = depth;
    parents.push(text);
    const path = parents
      .join('')
      .replace('//', '/')
      .replace(/:(\w+)/g, '{$1}');
    for (const method of methods.split(', ')) {
      if (method !== '' && method !== 'HEAD') found.push(`${method} ${path}`);
    }
  }
  return found.toSorted();
}
