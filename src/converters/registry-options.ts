/** How a converter with a registry finds the schema of what it writes: Confluent's properties, the same for each format. */
import type { ConfigDef, Properties } from '../config/definition.ts';
import { AppError } from '../foundation/errors.ts';
import { REGISTRY_CONFIG } from '../registry/config.ts';
import { DEFAULT_SUBJECT_STRATEGY } from '../registry/subjects.ts';
import { flag } from './options.ts';

export const REGISTRY_CONVERTER_CONFIG: ConfigDef = [
  ...REGISTRY_CONFIG,
  {
    name: 'auto.register.schemas',
    type: 'BOOLEAN',
    default: 'true',
    importance: 'MEDIUM',
    documentation: 'Whether a new schema is registered; if not, it must be there.',
    group: 'Schemas',
    displayName: 'Auto-register Schemas',
  },
  {
    name: 'use.latest.version',
    type: 'BOOLEAN',
    default: 'false',
    importance: 'LOW',
    documentation:
      "Whether records are written with the subject's latest schema instead of their own. Needs auto.register.schemas=false.",
    group: 'Schemas',
    displayName: 'Use Latest Version',
  },
  {
    name: 'latest.compatibility.strict',
    type: 'BOOLEAN',
    default: 'true',
    importance: 'LOW',
    documentation:
      "Whether a record is refused whose own schema the subject's latest can't read; with use.latest.version=true.",
    group: 'Schemas',
    displayName: 'Latest Compatibility Strict',
  },
  {
    name: 'use.schema.id',
    type: 'INT',
    default: '-1',
    importance: 'LOW',
    documentation:
      'The id of the schema that records are written with, whatever their own; -1 = none. Needs auto.register.schemas=false.',
    group: 'Schemas',
    displayName: 'Use Schema Id',
  },
  ...(['key', 'value'] as const).map((side) => ({
    name: `${side}.subject.name.strategy`,
    type: 'CLASS' as const,
    default: DEFAULT_SUBJECT_STRATEGY,
    importance: 'MEDIUM' as const,
    documentation: `The subject of ${side} schemas: TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy.`,
    group: 'Schemas',
    displayName: `Subject Strategy for ${side === 'key' ? 'Keys' : 'Values'}`,
  })),
];

/** What decides the schema a record is written with. */
export interface WriterSchema {
  readonly register: boolean;
  readonly useLatest: boolean;
  readonly strict: boolean;
  /** undefined = none is prescribed. */
  readonly useId: number | undefined;
}

/** `config` errors for what contradicts itself. */
export function writerSchema(properties: Properties): WriterSchema {
  const register = flag(properties, 'auto.register.schemas', true);
  const useLatest = flag(properties, 'use.latest.version', false);
  const id = Number(properties['use.schema.id']?.trim() ?? -1);
  const useId = Number.isSafeInteger(id) && id >= 0 ? id : undefined;
  const asked = useLatest ? 'use.latest.version=true' : 'use.schema.id';
  if (register && (useLatest || useId !== undefined)) {
    throw new AppError('config', 'config.invalid', `${asked} needs auto.register.schemas=false.`, {
      path: useLatest ? 'use.latest.version' : 'use.schema.id',
    });
  }
  return {
    register,
    useLatest,
    useId,
    strict: flag(properties, 'latest.compatibility.strict', true),
  };
}
