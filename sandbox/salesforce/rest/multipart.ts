/** `multipart/form-data` as Salesforce takes it for files: a part of JSON with the fields, a part for each file. */
import { parseJsonBody } from '../json-body.ts';
import { SalesforceError } from '../org/types.ts';
import { isObject } from './api.ts';

/** What a record and its files may be divided into. */
const MAX_PARTS = 10;

interface Part {
  readonly name: string;
  readonly isFile: boolean;
  readonly content: Buffer;
}

/** The record: its fields from the part without a file, whatever it is called; files as base64 under their parts' names. */
export function readMultipartRecord(body: Buffer, contentType: string): Record<string, unknown> {
  const parts = divide(body, boundaryOf(contentType)).map(readPart);
  const described = parts.find(({ isFile }) => !isFile);
  if (described === undefined) throw invalid('The part with the fields of the record is missing');
  const fields = parseJsonBody(described.content.toString());
  if (!isObject(fields)) throw invalid('The part with the fields of the record is no JSON object');
  const files = parts.filter(({ isFile }) => isFile);
  return {
    ...fields,
    ...Object.fromEntries(files.map(({ name, content }) => [name, content.toString('base64')])),
  };
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary !== undefined) return boundary;
  throw invalid('The Content-Type has no boundary');
}

/** What stands between the boundaries; lines may end in a line feed alone. */
function divide(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let from = body.indexOf(mark);
  while (from >= 0) {
    const start = from + mark.length;
    const end = body.indexOf(mark, start);
    if (end < 0) break;
    parts.push(body.subarray(start, end));
    if (parts.length > MAX_PARTS) throw invalid(`There are more than ${MAX_PARTS} parts`);
    from = end;
  }
  return parts;
}

function readPart(part: Buffer): Part {
  const text = part.toString('latin1');
  const [blank = ''] = /^[ \t]*\r?\n/.exec(text) ?? [];
  const [whole, head = ''] = /^([\s\S]*?)\r?\n\r?\n/.exec(text.slice(blank.length)) ?? [];
  if (whole === undefined) throw invalid('A part has no headers');
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const name = /[;\s]name="?([^";]+)"?/i.exec(disposition)?.[1] ?? '';
  const end = text.endsWith('\r\n') ? 2 : Number(text.endsWith('\n'));
  return {
    name,
    isFile: /[;\s]filename\*?=/i.test(disposition),
    content: part.subarray(blank.length + whole.length, part.length - end),
  };
}

function invalid(reason: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_MULTIPART_REQUEST', `${reason}.`);
}
