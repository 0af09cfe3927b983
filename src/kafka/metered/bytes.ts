interface Sized {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

interface SizedWithHeaders extends Sized {
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[];
}

/** Of keys, values and headers: what a record is before Kafka frames and compresses it. */
export function bytesOf(records: readonly SizedWithHeaders[]): number {
  let bytes = 0;
  for (const { key, value, headers } of records) {
    bytes += (key?.length ?? 0) + (value?.length ?? 0);
    for (const header of headers) bytes += header.key.length + (header.value?.length ?? 0);
  }
  return bytes;
}

/** Without the headers: of a record that was read they are decoded only when somebody asks for them. */
export function bytesRead(records: readonly Sized[]): number {
  return records.reduce(
    (sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0),
    0,
  );
}
