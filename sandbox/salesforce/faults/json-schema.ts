/** The JSON Schema of scenario files, made of the registry. `scenario.schema.json` is what this gives. */
import { MAX_COUNT, MAX_SETTINGS, parametersOf, SHARED_PARAMETERS } from './read-settings.ts';
import { FAULT_NAMES, groupOf, specOf } from './registry.ts';
import type { FaultName } from './registry.ts';
import { DURATION, MAX_DURATION_MS, MAX_SEED, MAX_STEPS } from './scenario.ts';
import type { FaultSpec, ParameterSpec } from './spec.ts';

type Schema = Readonly<Record<string, unknown>>;

export function scenarioSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Scenario of the Headwater sandbox',
    description:
      'How the sandbox misbehaves, and when: headwater sandbox --scenario FILE (YAML or JSON).',
    ...strict(
      {
        $schema: { type: 'string' },
        seed: {
          type: 'integer',
          minimum: 0,
          maximum: MAX_SEED,
          description: 'Decides chances and jitters: the same requests meet the same faults.',
        },
        steps: { type: 'array', maxItems: MAX_STEPS, items: { $ref: '#/$defs/step' } },
      },
      ['steps'],
    ),
    $defs: {
      duration: {
        description: '"2s", "1m30s" (ms, s, m, h, d), or milliseconds',
        anyOf: [
          { type: 'string', pattern: DURATION },
          { type: 'number', minimum: 0, maximum: MAX_DURATION_MS },
        ],
      },
      step: stepSchema(),
      faults: faultsSchema(),
      ...settingSchemas(),
    },
  };
}

function stepSchema(): Schema {
  const duration = { $ref: '#/$defs/duration' };
  const count = { type: 'integer', minimum: 1, default: 1 };
  const text = { type: 'string', minLength: 1 };
  const step = strict(
    {
      at: { ...duration, description: "So long after the sandbox's start" },
      after: {
        description: 'When so many requests have come, or events been stored, since the start',
        oneOf: [
          { ...strict({ requests: count, path: text, method: text }), minProperties: 1 },
          { ...strict({ events: count, topic: text }), minProperties: 1 },
        ],
      },
      set: { $ref: '#/$defs/faults' },
      for: { ...duration, description: 'What is switched on is off again after this' },
    },
    ['set'],
  );
  return { ...step, oneOf: [{ required: ['at'] }, { required: ['after'] }] };
}

/** Also the body of `PUT /__sandbox/v1/faults`. */
function faultsSchema(): Schema {
  const properties: Record<string, Schema> = {};
  const groups: Record<string, Record<string, Schema>> = {};
  for (const name of FAULT_NAMES) {
    const grouped = groupOf(name);
    if (grouped === undefined) properties[name] = faultSchema(name);
    else (groups[grouped.group] ??= {})[grouped.member] = faultSchema(name);
  }
  for (const [group, members] of Object.entries(groups)) properties[group] = strict(members);
  return strict(properties);
}

function faultSchema(name: FaultName): Schema {
  const spec = specOf(name);
  const one = { $ref: `#/$defs/${name}` };
  return {
    description: spec.summary,
    anyOf: [...shortForms(spec), one, ...lists(spec, one)],
  };
}

/** The settings of each fault, and the parameters that many have. */
function settingSchemas(): Readonly<Record<string, Schema>> {
  const shared = new Map<ParameterSpec, string>(
    Object.entries(SHARED_PARAMETERS).map(([name, parameter]) => [parameter, name]),
  );
  const schemaOf = (parameter: ParameterSpec): Schema => {
    const name = shared.get(parameter);
    return name === undefined ? valueSchema(parameter) : { $ref: `#/$defs/${name}` };
  };
  const settings = FAULT_NAMES.map((name): [string, Schema] => {
    const parameters = Object.entries(parametersOf(specOf(name)));
    const properties = parameters.map(([key, each]) => [key, schemaOf(each)]);
    return [name, strict(Object.fromEntries(properties), requiredOf(specOf(name)))];
  });
  const parameters = [...shared].map(([parameter, name]) => [name, valueSchema(parameter)]);
  return { ...Object.fromEntries(parameters), ...Object.fromEntries(settings) };
}

function requiredOf(spec: FaultSpec): readonly string[] {
  const parameters = Object.entries(parametersOf(spec));
  return parameters.flatMap(([name, { required }]) => (required === true ? [name] : []));
}

function shortForms(spec: FaultSpec): readonly Schema[] {
  const off = { enum: [false, null, 0] };
  if (requiredOf(spec).length > 0) return [off];
  const on = { const: true };
  return spec.kind === 'each'
    ? [off, on, { type: 'integer', minimum: 0, maximum: MAX_COUNT }]
    : [off, on];
}

function lists(spec: FaultSpec, one: Schema): readonly Schema[] {
  return spec.kind === 'each' ? [{ type: 'array', maxItems: MAX_SETTINGS, items: one }] : [];
}

function valueSchema(parameter: ParameterSpec): Schema {
  const description = parameter.summary;
  const preset = parameter.default === undefined ? {} : { default: parameter.default };
  if (parameter.type === 'text') return { description, type: 'string', minLength: 1, ...preset };
  if (parameter.type === 'choice') return { description, enum: parameter.of, ...preset };
  const { type, minimum, maximum, unit } = parameter;
  const text = unit === '' ? description : `${description} (${unit})`;
  return { description: text, type, minimum, maximum, ...preset };
}

function strict(
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[] = [],
): Schema {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}
