import { parseFields } from '../field-spec.ts';
import type { ObjectDef } from '../types.ts';

/** A standard object, written down; `fields` is in the format of `field-spec.ts`. */
export interface ObjectSpec {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly keyPrefix: string;
  readonly fields: string;
  /** Whether Salesforce offers change events for it (default true). */
  readonly changeEvents?: boolean;
}

export function standardObject(spec: ObjectSpec, features: ReadonlySet<string>): ObjectDef {
  return {
    name: spec.name,
    label: spec.label,
    labelPlural: spec.labelPlural,
    keyPrefix: spec.keyPrefix,
    kind: 'standard',
    fields: parseFields(spec.fields, features),
    changeEvents: spec.changeEvents ?? true,
  };
}
