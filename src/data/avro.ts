/** Avro: schemas to and from Connect's, and compiled codecs. */
export { avroJson, toAvro } from './avro/to-avro.ts';
export { fromAvro, fromAvroJson, parseAvro } from './avro/from-avro.ts';
export { compileAvro } from './avro/codec.ts';
export type { AvroCodec } from './avro/codec.ts';
export type { AvroSchema } from './avro/names.ts';
export { styled } from './avro/style.ts';
export type { AvroStyle } from './avro/style.ts';
