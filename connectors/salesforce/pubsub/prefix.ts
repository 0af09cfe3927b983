/** An event's first fields, read without the rest of its bytes. */
import { avroType, type AvroRecord } from './decode.ts';

/**
 * Reads as far as the last of `names` (dotted within a record: `ChangeEventHeader.recordIds`) and gives every field up to
 * there. Names that the schema doesn't have are ignored. Values are as `EventSchema.decode` gives them; throws
 * RangeError where the bytes end too early.
 */
export function compilePrefix(
  json: string,
  names: readonly string[],
): (payload: Buffer) => Record<string, unknown> {
  const type = avroType(cut(JSON.parse(json) as AvroRecord, names));
  return (payload) => {
    const { value, offset } = type.decode(payload, 0) as { value: unknown; offset: number };
    if (offset < 0) throw new RangeError('the event ends within its first fields');
    return value as Record<string, unknown>;
  };
}

/** The record up to its last wanted field, which is cut in its turn. */
function cut(record: AvroRecord, names: readonly string[]): AvroRecord {
  const heads = new Set(names.map((name) => name.split('.')[0]));
  const fields = record.fields ?? [];
  const kept = fields.slice(0, fields.findLastIndex(({ name }) => heads.has(name)) + 1);
  const last = kept.at(-1);
  if (last === undefined || !isRecord(last.type)) return { ...record, fields: kept };
  const within = names.flatMap((name) => {
    const [head, ...rest] = name.split('.');
    return head === last.name ? [rest.join('.')] : [];
  });
  if (within.includes('')) return { ...record, fields: kept };
  return { ...record, fields: [...kept.slice(0, -1), { ...last, type: cut(last.type, within) }] };
}

function isRecord(type: AvroRecord['type']): type is AvroRecord {
  return typeof type === 'object' && 'type' in type && type.type === 'record';
}
