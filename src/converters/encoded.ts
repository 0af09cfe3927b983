import { writerSchemaOf } from '../data/encoded-avro.ts';
import type { Schema } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';

/**
 * Of converters that know no writer's schema: bytes without it could be read by nobody. A `config` error, so that
 * `errors.tolerance` doesn't skip every record in silence.
 */
export function refuseEncoded(schema: Schema | undefined, topic: string, converter: string): void {
  if (writerSchemaOf(schema) === undefined) return;
  throw new AppError(
    'config',
    'converter.encoded',
    `The values for ${topic} are encoded Avro, which ${converter} can't write.`,
    {
      path: 'value.converter',
      suggestion: 'Set value.converter=io.confluent.connect.avro.AvroConverter.',
    },
  );
}
