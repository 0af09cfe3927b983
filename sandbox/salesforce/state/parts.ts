/** What a frame of the log is made of: parts `kind u8 | length u32 | content`, all of one moment. */
import type { KeptEvent } from '../events/event-log.ts';
import type { FieldValue, ObjectDef, RecordChange } from '../org/types.ts';

/** Fields that are not null. */
export type KeptRecord = Readonly<Record<string, FieldValue>>;
export type KeptChange = readonly [
  entity: string,
  id: string,
  type: RecordChange['type'],
  /** Of an update the fields that it changed alone, null where it emptied them. */
  after: KeptRecord | null,
];

export interface KeptTransaction {
  readonly kind: 'transaction';
  readonly key: string;
  /** Decimal. */
  readonly commitNumber: string;
  readonly timestamp: number;
  readonly userId: string;
  readonly origin: string;
  readonly changes: readonly KeptChange[];
  /** What the tables have afterwards, where it isn't the last change's `after`: deleted records, null where erased. */
  readonly rows: readonly (readonly [entity: string, id: string, record: KeptRecord | null])[];
}

/** An object's fields changed to these. */
export interface KeptSchema {
  readonly kind: 'schema';
  readonly def: ObjectDef;
}

/** An entry of a small store; without a value it is gone. */
export interface KeptEntry {
  readonly kind: 'entry';
  readonly store: string;
  readonly key: string;
  readonly value?: unknown;
}

/** Positions up to `horizon` are refused from now on, in the log of that name. */
export interface KeptForget {
  readonly kind: 'forget';
  readonly log: string;
  readonly horizon: number;
}

/** First in a log: what follows goes on from that snapshot alone, and was acknowledged only when it was there. */
export interface KeptAfter {
  readonly kind: 'after';
  readonly snapshot: number;
}

export type JsonPart = KeptTransaction | KeptSchema | KeptEntry | KeptForget | KeptAfter;
export type Part =
  | JsonPart
  | { readonly kind: 'event'; readonly log: string; readonly event: KeptEvent };

const JSON_PART = 1;
const EVENT_PART = 2;
const HEADER = 5;

export function encodeJson(part: JsonPart): Buffer[] {
  const content = Buffer.from(JSON.stringify(part));
  return [header(JSON_PART, content.length), content];
}

/** Its description as JSON behind a length, then its frames as they are. */
export function encodeEvent(log: string, event: KeptEvent): Buffer[] {
  const { frame, variants, ...rest } = event;
  const described = { log, ...rest, bytes: frame.length, variants: variants.map(describeVariant) };
  const meta = Buffer.from(JSON.stringify(described));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(meta.length);
  const content = [length, meta, frame, ...variants.map((each) => each.frame)];
  const bytes = content.reduce((sum, each) => sum + each.length, 0);
  return [header(EVENT_PART, bytes), ...content];
}

const describeVariant = ({ frame, ...rest }: KeptEvent['variants'][number]): object => ({
  ...rest,
  bytes: frame.length,
});

function header(kind: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** The parts of a frame, in order; the bytes of events are only valid as long as the frame's. */
export function* decodeParts(body: Buffer, eventsOnly = false): Generator<Part> {
  for (let at = 0; at < body.length;) {
    const kind = body.readUInt8(at);
    const length = body.readUInt32BE(at + 1);
    const content = body.subarray(at + HEADER, at + HEADER + length);
    at += HEADER + length;
    if (kind === EVENT_PART) yield decodeEvent(content);
    else if (!eventsOnly) yield JSON.parse(content.toString()) as JsonPart;
  }
}

type Described = Omit<KeptEvent, 'frame' | 'variants'> & {
  readonly log: string;
  readonly bytes: number;
  readonly variants: readonly (Omit<KeptEvent['variants'][number], 'frame'> & { bytes: number })[];
};

function decodeEvent(content: Buffer): Part {
  const metaBytes = content.readUInt32BE(0);
  const meta = content.subarray(4, 4 + metaBytes).toString();
  const { log, bytes, variants, ...rest } = JSON.parse(meta) as Described;
  let at = 4 + metaBytes;
  const cut = (size: number): Buffer => content.subarray(at, (at += size));
  const frame = cut(bytes);
  const kept = variants.map(({ bytes: size, ...each }) => ({ ...each, frame: cut(size) }));
  return { kind: 'event', log, event: { ...rest, frame, variants: kept } };
}
