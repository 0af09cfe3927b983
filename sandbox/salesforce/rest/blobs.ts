/** The bytes of files: `/sobjects/ContentVersion/ID/VersionData`, `/sobjects/Attachment/ID/Body`. */
import type { ObjectDef, RecordValues } from '../org/types.ts';
import { fieldOf } from '../soql/fields.ts';
import { notFound } from './api.ts';
import type { Answer } from './api.ts';

/** Undefined where the name isn't that of a field of bytes. */
export function blobOf(object: ObjectDef, record: RecordValues, name: string): Answer | undefined {
  const field = fieldOf(object, name);
  if (field?.type !== 'base64') return undefined;
  const base64 = record[field.name] ?? null;
  if (base64 === null) throw notFound();
  const type = record['ContentType'];
  return {
    status: 200,
    bytes: Buffer.from(String(base64), 'base64'),
    headers: { 'Content-Type': typeof type === 'string' ? type : 'application/octetstream' },
  };
}
