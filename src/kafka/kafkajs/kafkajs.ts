/** The one door to kafkajs: what `overrides.ts` replaces must be replaced before kafkajs is loaded. */
import './overrides.ts';
import kafkajs from 'kafkajs';
import { codecs } from '../compression.ts';

/** kafkajs brings gzip alone: records of other codecs could neither be written nor read. */
for (const { id, compress, decompress } of codecs) {
  kafkajs.CompressionCodecs[id] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
    decompress,
  });
}

export type * from 'kafkajs';
export default kafkajs;
