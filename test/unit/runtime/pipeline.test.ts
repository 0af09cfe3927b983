/** Goal: a record's headers are the same whether or not a transform was there to make them early. */
import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { decode } from '../../../src/runtime/pipeline.ts';
import { NO_TRANSFORM } from '../../../src/transforms/transform.ts';
import { pipeline } from './harness.ts';

const raw: RawRecord = {
  topic: 't',
  partition: 2,
  offset: 7n,
  timestamp: 1_700_000_000_000,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [
    { key: 'op', value: Buffer.from('create') },
    { key: 'empty', value: null },
  ],
};

describe('decode', () => {
  it('gives the same record with no transforms as with one that changes nothing', () => {
    const [lazy, early] = [pipeline(NO_TRANSFORM), pipeline()].map((one) => decode(one, raw));
    for (const record of [lazy, early]) {
      expect(record).toMatchObject({
        topic: 't',
        kafkaPartition: 2,
        kafkaOffset: 7n,
        key: 'k',
        value: 'v',
        timestamp: 1_700_000_000_000,
        headers: [
          { key: 'op', value: 'create' },
          { key: 'empty', value: null },
        ],
        original: raw,
      });
    }
  });
});
