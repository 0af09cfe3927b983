import type { Column } from './columns.ts';

/** What is wrong with a payload that a client published, in words; undefined where it fits its schema exactly. */
export function payloadProblem(
  columns: readonly Column[],
  payload: Uint8Array,
): string | undefined {
  const reader = new Reader(payload);
  for (const column of columns) {
    const before = reader.at;
    if (column.kind === 'compound') {
      const branch = reader.long();
      const parts = branch === 0n ? [] : column.parts;
      if (branch !== 0n && branch !== 1n) return `${column.name} has no branch ${branch}`;
      const problem = parts.map((part) => reader.skip(part)).find((found) => found !== undefined);
      if (problem !== undefined) return `${column.name}.${problem}`;
    } else {
      const problem = reader.skip(column);
      if (problem !== undefined) return problem;
    }
    if (reader.at > payload.length) return `it ends within ${column.name}, at byte ${before}`;
  }
  return reader.at < payload.length
    ? `${payload.length - reader.at} bytes are left over`
    : undefined;
}

/** Reads on past the end as zeros; `at` tells. */
class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  skip(column: Exclude<Column, { kind: 'compound' }>): string | undefined {
    const branch = column.required ? 1n : this.long();
    if (branch === 0n) return undefined;
    if (branch !== 1n) return `${column.name} has no branch ${branch}`;
    if (column.kind === 'boolean') this.at += 1;
    else if (column.kind === 'double') this.at += 8;
    else if (column.kind !== 'string') this.long();
    else {
      const length = this.long();
      if (length < 0n) return `${column.name} has the length ${length}`;
      this.at += Number(length);
    }
    return undefined;
  }

  long(): bigint {
    let zigzag = 0n;
    let byte = 0x80;
    for (let shift = 0n; (byte & 0x80) !== 0 && shift < 70n; shift += 7n) {
      byte = this.#bytes[this.at++] ?? 0;
      zigzag |= BigInt(byte & 0x7f) << shift;
    }
    return (zigzag >> 1n) ^ -(zigzag & 1n);
  }
}
