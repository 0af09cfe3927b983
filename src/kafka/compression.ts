/** Kafka's codecs, for writing and reading; each is loaded when it is first used. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { AppError } from '../foundation/errors.ts';

export interface Codec {
  /** Its number in a batch's attributes. */
  readonly id: 1 | 2 | 3 | 4;
  readonly compress: (bytes: Buffer) => Promise<Buffer>;
  readonly decompress: (bytes: Buffer) => Promise<Buffer>;
}

const ofClient = (id: 2 | 3, name: 'snappy' | 'lz4'): Codec => {
  const load = async () => (await import('@platformatic/kafka')).compressionsAlgorithms[name];
  return {
    id,
    compress: async (bytes) => (await load()).compressSync(bytes),
    decompress: async (bytes) => (await load()).decompressSync(bytes),
  };
};

const CODECS: Readonly<Record<string, Codec>> = {
  gzip: { id: 1, compress: promisify(zlib.gzip), decompress: promisify(zlib.gunzip) },
  snappy: ofClient(2, 'snappy'),
  lz4: ofClient(3, 'lz4'),
  zstd: {
    id: 4,
    compress: promisify(zlib.zstdCompress),
    decompress: promisify(zlib.zstdDecompress),
  },
};

/** `compression.type` as the JVM's clients have it; undefined for `none`. */
export function codecNamed(type: string | undefined): Codec | undefined {
  const name = (type ?? 'none').trim().toLowerCase();
  if (name === 'none') return undefined;
  const codec = CODECS[name];
  if (codec !== undefined) return codec;
  throw new AppError('config', 'kafka.compression', `compression.type ${type} isn't there.`, {
    path: 'producer.override.compression.type',
    suggestion: `Use none, ${Object.keys(CODECS).join(', ')}.`,
  });
}

export const codecs: readonly Codec[] = Object.values(CODECS);

/** By its number in a batch's attributes. */
export function codecNumbered(id: number): Codec | undefined {
  return codecs.find((codec) => codec.id === id);
}
