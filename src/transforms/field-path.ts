/** `field.syntax.version`: a field's name (V1), or a path with dots and backticks (V2). */
import type { Config } from '../config/config.ts';
import type { ConfigKey } from '../config/definition.ts';
import type { Field, Schema, Struct } from '../data/schema.ts';
import { refused, stringKey } from './options.ts';
import { fieldValue, findField, refusal, requireMap, requireStruct } from './side.ts';

export const FIELD_SYNTAX: ConfigKey = stringKey(
  'field.syntax.version',
  'Defines the version of the syntax to access fields. If set to <code>V1</code>, then the field paths are limited to access the elements at the root level of the struct or map. If set to <code>V2</code>, the syntax will support accessing nested elements. To access nested elements, dotted notation is used. If dots are already included in the field name, then backtick pairs can be used to wrap field names containing dots. E.g. to access the subfield <code>baz</code> from a field named "foo.bar" in a struct/map the following format can be used to access its elements: "<code>foo.bar</code>.baz".',
  {
    default: 'V1',
    importance: 'HIGH',
    check: (value) =>
      /^V[12]$/i.test(String(value))
        ? undefined
        : 'String must be one of (case insensitive): V1, V2',
  },
);

const PURPOSE = 'nested field access';

export interface FieldPath {
  /** The field the path leads to, or undefined. */
  field(schema: Schema): Field | undefined;
  /** Its value in a struct; null where a step is null. */
  inStruct(schema: Schema, struct: Struct, replaceNull: boolean): unknown;
  inMap(map: Struct): unknown;
}

export function fieldPath(config: Config, path: string): FieldPath {
  const steps =
    config.string('field.syntax.version').trim().toUpperCase() === 'V2' ? split(path) : [path];
  const parents = steps.slice(0, -1);
  const last = steps.at(-1) ?? '';
  return {
    field: (schema) => {
      let current = schema;
      for (const step of parents) {
        const found = findField(asStruct(current), step);
        if (found === undefined) return undefined;
        current = found.schema;
      }
      return findField(asStruct(current), last);
    },
    inStruct: (schema, struct, replaceNull) => {
      let [of, current] = [schema, struct];
      for (const step of parents) {
        const found = findField(of, step);
        if (found === undefined) return null;
        const value = fieldValue(current, found, true);
        if (value === null) return null;
        [of, current] = [found.schema, requireStruct(found.schema, value, PURPOSE)];
      }
      const found = findField(of, last);
      return found === undefined ? null : fieldValue(current, found, replaceNull);
    },
    inMap: (map) => {
      let current = map;
      for (const step of parents) {
        const value = current[step] ?? null;
        if (value === null) return null;
        current = requireMap(value, PURPOSE);
      }
      return current[last] ?? null;
    },
  };
}

function asStruct(schema: Schema): Schema {
  if (schema.type === 'struct') return schema;
  throw refusal('Cannot look up fields on non-struct type');
}

/** `a.b`, `` `a.b`.c ``; a backtick that a dot follows ends a name unless a backslash is before it. */
function split(path: string): readonly string[] {
  const steps: string[] = [];
  let at = 0;
  while (at < path.length) {
    const { step, end } = path[at] === '`' ? backticked(path, at) : bare(path, at);
    steps.push(step);
    at = end;
  }
  if (path === '' || path.endsWith('.')) steps.push('');
  return steps;
}

function bare(path: string, start: number): { step: string; end: number } {
  const dot = path.indexOf('.', start);
  const end = dot < 0 ? path.length : dot;
  return { step: path.slice(start, end), end: end + 1 };
}

function backticked(path: string, start: number): { step: string; end: number } {
  let step = '';
  let from = start + 1;
  let at = from;
  for (;;) {
    at = path.indexOf('`', at);
    const escaped = at > 0 && path[at - 1] === '\\';
    const isLast = at === path.length - 1;
    if (at < 0 || (isLast && escaped)) throw unpaired(path, start);
    if (isLast || (path[at + 1] === '.' && !escaped)) {
      return { step: step + path.slice(from, at), end: at + 2 };
    }
    if (path[at + 1] === '.') {
      step += `${path.slice(from, at - 1)}\``;
      from = at + 1;
    }
    at += 1;
  }
}

function unpaired(path: string, at: number): Error {
  const message = `Incomplete backtick pair in path: [${path}], consider adding a backslash before backtick at position ${at} to escape it`;
  return refused('field', message);
}
