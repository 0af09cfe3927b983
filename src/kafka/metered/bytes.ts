interface Sized {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[];
}

/** Of keys, values and headers: what a record is before Kafka frames and compresses it. */
export function bytesOf(records: readonly Sized[]): number {
  let bytes = 0;
  for (const { key, value, headers } of records) {
    bytes += (key?.length ?? 0) + (value?.length ?? 0);
    for (const header of headers) bytes += header.key.length + (header.value?.length ?? 0);
  }
  return bytes;
}
