/**
 * Goal: what a real org sent is read as its captures say, byte for byte.
 * Method: schemas as GetSchema returned them; the headers of captured events (their bodies belong to other revisions
 * of the schema, so only the header is decoded). Needs the captures of the shared folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeBitmaps } from '../../../../../connectors/salesforce/pubsub/bitmap.ts';
import { compileEventSchema } from '../../../../../connectors/salesforce/pubsub/decode.ts';
import type { ChangeEventHeader } from '../../../../../connectors/salesforce/pubsub/decode.ts';

const shared =
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../../../shared');
const captures = join(shared, 'data/captures');

interface Capture {
  readonly events: readonly {
    readonly event: { readonly payload: string };
    readonly replayId: string;
  }[];
}

function schemaText(file: string): string {
  return readFileSync(join(captures, file), 'utf8');
}

/** The header alone: the schema cut after its first field, the payload after the header. */
function headersOf(file: string): readonly ChangeEventHeader[] {
  const schema = JSON.parse(schemaText('AccountChangeEvent.avsc')) as { fields: unknown[] };
  const rest = { name: 'rest', type: 'bytes' };
  const header = { ...schema, fields: [schema.fields[0], rest] };
  const compiled = compileEventSchema('header', JSON.stringify(header));
  const { events } = JSON.parse(schemaText(file)) as Capture;
  return events.map(({ event }) => headerIn(compiled.decode, Buffer.from(event.payload, 'base64')));
}

/** Finds where the header ends: there the rest of the payload is put behind its length. */
function headerIn(
  decode: (payload: Buffer) => Record<string, unknown>,
  payload: Buffer,
): ChangeEventHeader {
  for (let end = payload.length; end > 0; end -= 1) {
    try {
      const body = Buffer.concat([payload.subarray(0, end), Buffer.from([0])]);
      return decode(body)['ChangeEventHeader'] as ChangeEventHeader;
    } catch {
      // Not the header's end.
    }
  }
  throw new Error('no header');
}

describe.skipIf(!existsSync(captures))('a real org', () => {
  test('describes Account with 87 fields, of which four are compounds', () => {
    const { fields, name, tree } = compileEventSchema('a', schemaText('AccountChangeEvent.avsc'));
    expect({ name, fields: fields.length }).toEqual({ name: 'AccountChangeEvent', fields: 87 });
    const compounds = tree.filter(({ parts }) => parts !== undefined).map((each) => each.name);
    expect(compounds).toContain('BillingAddress');
    expect(compounds).toContain('ShippingAddress');
    const account = fields.find((field) => field.name === 'Name');
    expect(account?.type.kind).toBe('text-or-record');
  });

  test('describes Contact with 43 fields and a name in parts', () => {
    const { fields } = compileEventSchema('c', schemaText('ContactChangeEvent.avsc'));
    expect(fields).toHaveLength(43);
    expect(fields.find((field) => field.name === 'Name')?.type.kind).toBe('record');
  });

  test('tells an address that changed in one part, and one a geocoder completed', () => {
    const [edit, geocoder] = headersOf('AccountAddressUpdateEvent.json');
    const { tree } = compileEventSchema('a', schemaText('AccountChangeEvent.avsc'));
    expect(edit?.changedFields).toEqual(['0x800000', '6-0x01']);
    expect(geocoder?.changedFields).toEqual(['6-0x0180']);
    expect(geocoder?.changeOrigin).toBe('');
    const [parent] = decodeBitmaps(['6-0x01'], tree);
    expect(parent).toMatch(/Address\.Street$/);
  });

  test('numbers commits beyond what a double can hold, exactly', () => {
    const [update] = headersOf('AccountUpdateEvents.json');
    expect(update).toMatchObject({
      entityName: 'Account',
      changeType: 'UPDATE',
      recordIds: ['001Dp00000JJkkHIAT'],
      sequenceNumber: 1,
    });
    expect(typeof update?.commitNumber).toBe('bigint');
    expect(typeof update?.commitTimestamp).toBe('bigint');
    expect((update?.commitTimestamp ?? 0n) % 1000n).toBe(0n);
  });

  test('merges the same change of many records into one event', () => {
    const headers = headersOf('EventContentPayload.json');
    expect(headers[0]?.recordIds).toHaveLength(20);
    expect(new Set(headers[0]?.recordIds).size).toBe(20);
  });
});

describe('64-bit numbers', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'X',
    fields: [{ name: 'n', type: ['null', 'long'], default: null }],
  });
  const { decode } = compileEventSchema('x', schema);
  const encoded = (value: bigint): Buffer => {
    let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    const bytes = [2];
    for (; zigzag > 0x7fn; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80);
    bytes.push(Number(zigzag));
    return Buffer.from(bytes);
  };

  // Invariant 6
  test.each([
    0n,
    -1n,
    1n,
    2n ** 48n - 1n,
    2n ** 48n,
    -(2n ** 48n),
    2n ** 53n + 1n,
    1652977933433528301n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ])('%s is read exactly', (value) => {
    expect(decode(encoded(value))['n']).toBe(value);
  });
});
