/**
 * Goal: the bytes of a header are those of a real org.
 * Method: read captured headers with avsc, write them again, compare with the captured bytes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc from 'avsc';
import { describe, expect, test } from 'vitest';
import { AvroWriter } from '../../../../sandbox/salesforce/events/avro-writer.ts';
import { eventSchemaOf } from '../../../../sandbox/salesforce/events/event-schema.ts';
import { FieldSet, fieldsOfBitmaps } from '../../../../sandbox/salesforce/events/field-set.ts';
import { writeHeader } from '../../../../sandbox/salesforce/events/header.ts';
import type { ChangeEventHeader } from '../../../../sandbox/salesforce/events/header.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';

const shared =
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const captures = join(shared, 'data/captures');

interface Captured {
  readonly event: { readonly payload: string };
}

const account = createOrg().object('Account');
if (account === undefined) throw new Error('no Account');
const headerSchema = eventSchemaOf(account).avro.fields[0]?.type as avsc.Schema;
const headerType = avsc.Type.forSchema(headerSchema, {
  registry: {
    long: avsc.types.LongType.__with({
      fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
      toBuffer: () => Buffer.alloc(8),
      fromJSON: BigInt,
      toJSON: Number,
      isValid: (value: unknown) => typeof value === 'bigint',
      compare: () => 0,
    }),
  },
});

describe.skipIf(!existsSync(captures))('captured headers', () => {
  test.each([
    'AccountAddressUpdateEvent.json',
    'AccountCreationEvents.json',
    'AccountUpdateEvents.json',
    'EventContentPayload.json',
  ])('of %s are written byte by byte', (file) => {
    const json = JSON.parse(readFileSync(join(captures, file), 'utf8')) as
      | readonly Captured[]
      | { readonly events: readonly Captured[] };
    const events = 'events' in json ? json.events : json;
    const writer = new AvroWriter();
    for (const { event } of events) {
      const payload = Buffer.from(event.payload, 'base64');
      const { value, offset } = headerType.decode(payload);
      const header = value as ChangeEventHeader & { readonly commitTimestamp: bigint };
      // The bitmaps from the fields that they name, so that all of the header is ours.
      const bitmaps = Object.fromEntries(
        (['nulledFields', 'diffFields', 'changedFields'] as const).map((name) => {
          const fields = new FieldSet();
          for (const { field, part } of fieldsOfBitmaps(header[name])) fields.add(field, part);
          return [name, fields.toBitmaps()];
        }),
      );
      const commitTimestamp = Number(header.commitTimestamp);
      writeHeader(writer, { ...header, ...bitmaps, commitTimestamp });
      const written = writer.take();
      expect(written.toString('hex')).toBe(payload.subarray(0, offset).toString('hex'));
    }
    expect(events.length).toBeGreaterThan(0);
  });
});
