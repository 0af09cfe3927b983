import { FAULT_NAMES, specOf } from './registry.ts';
import { parametersOf } from './read-settings.ts';
import type { FaultSpec, ParameterSpec } from './spec.ts';

/** A fault as the control API and `headwater sandbox faults --json` list it. */
export interface ListedFault extends Pick<FaultSpec, 'api' | 'kind' | 'summary' | 'evidence'> {
  readonly name: string;
  readonly per?: string | undefined;
  readonly parameters: readonly ({ readonly name: string } & ParameterSpec)[];
}

export function listFaults(): readonly ListedFault[] {
  return FAULT_NAMES.map((name) => {
    const spec = specOf(name);
    const { api, kind, per, summary, evidence } = spec;
    const parameters = Object.entries(parametersOf(spec)).map(([parameter, each]) => ({
      name: parameter,
      ...each,
    }));
    return { name, api, kind, per, summary, evidence, parameters };
  });
}

const WIDTH = 100;
const KINDS = {
  each: 'to each',
  while: 'while on',
  once: 'at once',
} as const;

/** The list for people. */
export function faultsScreen(): string {
  const lines: string[] = [];
  let api = '';
  for (const fault of listFaults()) {
    if (fault.api !== api) lines.push('', fault.api);
    api = fault.api;
    const kind = fault.per === undefined ? KINDS[fault.kind] : `${KINDS[fault.kind]} ${fault.per}`;
    lines.push(`  ${fault.name} (${kind})`, ...wrapped(fault.summary, 6));
    for (const parameter of fault.parameters) {
      if (SHARED.has(parameter.name) && fault.kind === 'each') continue;
      lines.push(...wrapped(`${parameter.name}: ${describe(parameter)}`, 8));
    }
  }
  return `${HEAD}\n${lines.join('\n')}\n`;
}

const SHARED = new Set(['count', 'probability', 'path', 'method']);
const HEAD = `Faults of the sandbox, for PUT /__sandbox/v1/faults and for files of --scenario:

  {"latency": {"ms": 200, "path": "/services/data/*"}, "serviceUnavailable": 3, "pubsub": {"silent": true}}

A number is a count, true is on, false is off, a list has several settings. What happens "to each" takes
"count" (then it is off) and "probability" (0 to 1), for requests "path" (* is any characters) and "method".`;

function describe(parameter: ParameterSpec): string {
  const parts = [parameter.summary];
  if (parameter.type === 'integer' || parameter.type === 'number') {
    parts.push(`${parameter.minimum} to ${parameter.maximum} ${parameter.unit}`.trimEnd());
  }
  if (parameter.type === 'choice') parts.push(parameter.of.join(' | '));
  if (parameter.required === true) parts.push('required');
  else if (parameter.default !== undefined) parts.push(`default ${parameter.default}`);
  return parts.join('; ');
}

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}
