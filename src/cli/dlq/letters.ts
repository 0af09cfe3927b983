/** Dead letters as Connect and Headwater write them; pure. */
import type { RawHeader, RawRecord } from '../../data/record.ts';

/** A place in the topic that a record was read from. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface Letter {
  /** In the dead letter topic; key and value are the failed record's, byte for byte. */
  readonly record: RawRecord;
  /** Which record failed; undefined where the queue keeps no context headers. */
  readonly failed: Place | undefined;
  /** The offset whose data it is: that of `failed`, or what a redriven record stood for. */
  readonly standsFor: bigint;
  readonly connector: string;
  readonly stage: string;
  /** `headwater.error.code`; the exception's class where a JVM worker wrote it. */
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

export interface LetterFilter {
  readonly connector?: string | undefined;
  readonly stage?: string | undefined;
  readonly code?: string | undefined;
  /** As `keyText` shows it. */
  readonly key?: string | undefined;
  /** Epoch ms of the failed record, both inclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** Of a redriven record: the offset of the record that failed, in its own partition. */
const REDRIVEN_OF = 'headwater.redriven.of';
/** Of a redriven record: the offset whose data it is, through any number of redrives. */
const REDRIVEN_ORIGIN = 'headwater.redriven.origin';

const CONTEXT =
  /^(__connect\.errors\.|headwater\.(error|redriven|source)\.|headwater\.connector\.version$)/;

export function letterOf(record: RawRecord): Letter {
  const text = textsOf(record.headers);
  const topic = text('__connect.errors.topic');
  const partition = wholeOf(text('__connect.errors.partition'));
  const offset = wholeOf(text('__connect.errors.offset'));
  const failed =
    topic === '' || partition === undefined || offset === undefined
      ? undefined
      : { topic, partition: Number(partition), offset };
  return {
    record,
    failed,
    standsFor: wholeOf(text(REDRIVEN_ORIGIN)) ?? offset ?? 0n,
    connector: text('__connect.errors.connector.name'),
    stage: text('__connect.errors.stage'),
    code: text('headwater.error.code') || text('__connect.errors.exception.class.name'),
    path: text('headwater.error.path'),
    message: text('__connect.errors.exception.message'),
  };
}

export function matches(letter: Letter, filter: LetterFilter): boolean {
  const { timestamp, key } = letter.record;
  return (
    (['connector', 'stage', 'code'] as const).every(
      (name) => filter[name] === undefined || filter[name] === letter[name],
    ) &&
    (filter.key === undefined || filter.key === keyText(key)) &&
    timestamp >= (filter.since ?? -Infinity) &&
    timestamp <= (filter.until ?? Infinity)
  );
}

/** What a redriven record says it is; undefined for any other record. */
export function redriven(
  headers: readonly RawHeader[],
): { readonly of: bigint; readonly origin: bigint } | undefined {
  const text = textsOf(headers);
  const of = wholeOf(text(REDRIVEN_OF));
  const origin = wholeOf(text(REDRIVEN_ORIGIN));
  return of === undefined || origin === undefined ? undefined : { of, origin };
}

/** The headers a letter is redriven with: the record's own, and where it comes from. */
export function redriveHeaders({ record, failed, standsFor }: Letter): readonly RawHeader[] {
  return [
    ...record.headers.filter(({ key }) => !CONTEXT.test(key)),
    { key: REDRIVEN_OF, value: Buffer.from(String(failed?.offset ?? standsFor)) },
    { key: REDRIVEN_ORIGIN, value: Buffer.from(String(standsFor)) },
  ];
}

/** A key for a person: as text where it is some, else `base64:…`. */
export function keyText(key: Uint8Array | null): string {
  if (key === null) return '';
  const text = Buffer.from(key).toString('utf8');
  const isReadable = !/\p{Cc}|\ufffd/u.test(text);
  return isReadable ? text : `base64:${Buffer.from(key).toString('base64')}`;
}

/** A header by name, '' where it isn't there; the last one counts, as the nearest cause. */
function textsOf(headers: readonly RawHeader[]): (name: string) => string {
  return (name) => {
    const value = headers.findLast(({ key }) => key === name)?.value;
    return value === null || value === undefined ? '' : Buffer.from(value).toString('utf8');
  };
}

function wholeOf(text: string): bigint | undefined {
  return /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
