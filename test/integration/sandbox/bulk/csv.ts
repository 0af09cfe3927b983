/** CSV in every dialect, right and wrong, and what the sandbox's answer to it must be. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { BulkOrg } from './support.ts';

export const DELIMITERS = {
  COMMA: ',',
  PIPE: '|',
  TAB: '\t',
  SEMICOLON: ';',
  CARET: '^',
  BACKQUOTE: '`',
};
export const ENDINGS = { LF: '\n', CRLF: '\r\n' };
export const dialect = fc.record({
  columnDelimiter: fc.constantFrom(...(Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[])),
  lineEnding: fc.constantFrom(...(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[])),
});
export type Dialect = typeof dialect extends fc.Arbitrary<infer T> ? T : never;

/** Of what is quoted throughout. */
export function parse(csv: string, { columnDelimiter, lineEnding }: Dialect): string[][] {
  const rows: string[][] = [[]];
  for (const [, cell = '', end] of csv.matchAll(/"((?:[^"]|"")*)"(\r\n|[^"])/g)) {
    rows.at(-1)?.push(cell.replaceAll('""', '"'));
    if (end === ENDINGS[lineEnding]) rows.push([]);
    else expect(end).toBe(DELIMITERS[columnDelimiter]);
  }
  return rows.slice(0, -1);
}

export const noise = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('"', ',', '\n', '\r', 'a', '#N/A', ';', '\u0000') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  ),
  maxLength: 120,
});
/** Bytes, or text under a header that is right for the job. */
const data = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ header: [], text: Buffer.from(bytes) })),
  fc.record({
    header: fc.constantFrom([], ['Name'], ['Name', 'Site'], ['Id', 'Ext__c', 'Name']),
    text: noise.map((text) => Buffer.from(text)),
  }),
);
const operation = fc.constantFrom('insert', 'update', 'upsert', 'delete');

/** Whatever the data, every job is finished and every row accounted for. Returns how many jobs ended how. */
export async function fuzzData(
  sandbox: BulkOrg,
  options: fc.Parameters<unknown>,
): Promise<Record<string, number>> {
  const ends: Record<string, number> = { JobComplete: 0, Failed: 0 };
  await fc.assert(
    fc.asyncProperty(data, dialect, operation, async ({ header, text }, written, op) => {
      const key = op === 'upsert' ? { externalIdFieldName: 'Ext__c' } : {};
      const body = { object: 'Account', operation: op, ...key, ...written };
      const line = header.join(DELIMITERS[written.columnDelimiter]) + ENDINGS[written.lineEnding];
      const first = header.length === 0 ? '' : line;
      const { job, successful, failed } = await sandbox.ingest(
        body,
        Buffer.concat([Buffer.from(first), text]),
      );
      expect(job.state).toMatch(/^(?:JobComplete|Failed)$/);
      ends[job.state] = (ends[job.state] ?? 0) + 1;
      expect(JSON.stringify(job)).not.toMatch(/InternalServerError/);
      const counts = [successful, failed].map((csv) => parse(csv, written).length - 1);
      const [done = 0, bad = 0] = counts.map((count) => Math.max(count, 0));
      expect(bad).toBe(job['numberRecordsFailed']);
      expect(done + bad).toBe(job['numberRecordsProcessed']);
    }),
    options,
  );
  return ends;
}
