/**
 * Goal: what is published about faults (JSON Schema, list) says what the sandbox takes.
 * Method: the file is the registry's; generated bodies are taken by the reader where, and only where, the schema fits.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { fastify } from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { scenarioSchema } from '../../../../sandbox/salesforce/faults/json-schema.ts';
import { faultsScreen, listFaults } from '../../../../sandbox/salesforce/faults/list.ts';
import { parametersOf } from '../../../../sandbox/salesforce/faults/read-settings.ts';
import { FAULT_NAMES, groupOf, specOf } from '../../../../sandbox/salesforce/faults/registry.ts';
import { scenarioOf } from '../../../../sandbox/salesforce/faults/scenario.ts';
import type { ParameterSpec } from '../../../../sandbox/salesforce/faults/spec.ts';

const FILE = join(
  import.meta.dirname,
  '../../../../sandbox/salesforce/faults/scenario.schema.json',
);

const customOptions = {
  removeAdditional: false,
  coerceTypes: false,
  useDefaults: false,
  strict: false,
} as const;
const app = fastify({ ajv: { customOptions } });
const { $schema: _, ...schema } = scenarioSchema();
app.post('/', { schema: { body: schema } }, (_request, reply) => reply.code(204).send());
afterAll(() => app.close());

test('the published schema is what the registry says', () => {
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(scenarioSchema());
});

/** Mostly values that fit, some that don't. */
function valueOf(parameter: ParameterSpec): fc.Arbitrary<unknown> {
  const wrong = fc.constantFrom<unknown>(null, '', -1, 0.5, 'nonsense', [], {});
  if (parameter.type === 'text') return often(fc.string({ minLength: 1 }), fc.constant(''));
  if (parameter.type === 'choice') return often(fc.constantFrom(...parameter.of), wrong);
  const { minimum, maximum, type } = parameter;
  const whole = fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) });
  const right = type === 'integer' ? whole : fc.double({ min: minimum, max: maximum, noNaN: true });
  return often(right, wrong);
}

function often(right: fc.Arbitrary<unknown>, wrong: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

const faults = fc.constantFrom(...FAULT_NAMES).chain((name) => {
  const spec = specOf(name);
  const values = Object.entries(parametersOf(spec)).map(([key, each]) => [key, valueOf(each)]);
  const one = often(
    fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: Object.entries(spec.parameters).flatMap(([key, { required }]) =>
        required === true ? [key] : [],
      ),
    }),
    fc.constant({ nonsense: 1 }),
  );
  const value = fc.oneof(
    { weight: 6, arbitrary: one },
    { weight: 2, arbitrary: fc.array(one, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(true, false, 0, 5, -1, 'x') },
  );
  const grouped = groupOf(name);
  return value.map((each) =>
    grouped === undefined ? { [name]: each } : { [grouped.group]: { [grouped.member]: each } },
  );
});

test('the schema and the reader agree', async () => {
  const seen = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(faults, async (set) => {
      // Durable JSON: what a file can say.
      const body: unknown = JSON.parse(JSON.stringify({ steps: [{ at: '1s', set }] }));
      const { statusCode, body: why } = await app.inject({
        method: 'POST',
        url: '/',
        payload: body as object,
      });
      const isTaken = takes(body);
      seen[isTaken ? 'taken' : 'refused']++;
      expect({ body, why, fits: statusCode === 204 }).toEqual({ body, why, fits: isTaken });
    }),
    { numRuns: 500 },
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(50);
});

function takes(body: unknown): boolean {
  try {
    scenarioOf(body);
    return true;
  } catch {
    return false;
  }
}

test.each([
  [{ steps: [{ at: '1s', after: { requests: 1 }, set: {} }] }, false],
  [{ steps: [{ set: {} }] }, false],
  [{ steps: [{ at: 'soon', set: {} }] }, false],
  [{ steps: [{ at: 1500, set: {} }] }, true],
  [{ steps: [{ after: {}, set: {} }] }, false],
  [{ steps: [{ after: { requests: 1, events: 1 }, set: {} }] }, false],
  [{ steps: [{ after: { path: '/x' }, set: {}, for: '2s' }] }, true],
  [{ seed: 1.5, steps: [] }, false],
  [{ seed: 1, steps: [], more: 1 }, false],
])('%o fits: %s', async (body, fits) => {
  const { statusCode } = await app.inject({ method: 'POST', url: '/', payload: body });
  expect([statusCode === 204, takes(body)]).toEqual([fits, fits]);
});

test('the list has every fault, with units and ranges', () => {
  const listed = listFaults();
  expect(listed.map(({ name }) => name)).toEqual(FAULT_NAMES);
  for (const { summary, evidence, parameters } of listed) {
    expect(summary).toMatch(/\.$/);
    expect(evidence).not.toBe('');
    for (const each of parameters) expect(each.summary).not.toBe('');
  }
  const screen = faultsScreen();
  for (const name of FAULT_NAMES) expect(screen).toContain(`  ${name} (`);
  expect(Math.max(...screen.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(110);
});
