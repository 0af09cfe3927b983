/** Reads the sandbox's change events with avsc, an implementation of its own. */
import avsc from 'avsc';
import type { EventBus } from '../../sandbox/salesforce/events/event-bus.ts';
import { payloadOf } from '../../sandbox/salesforce/events/event-log.ts';
import type { LoggedEvent } from '../../sandbox/salesforce/events/event-log.ts';

export interface DecodedEvent {
  readonly topic: string;
  readonly sequence: number;
  readonly schemaId: string;
  readonly header: {
    readonly entityName: string;
    readonly recordIds: readonly string[];
    readonly changeType: string;
    readonly changeOrigin: string;
    readonly transactionKey: string;
    readonly sequenceNumber: number;
    readonly commitTimestamp: bigint;
    readonly commitNumber: bigint;
    readonly commitUser: string;
    readonly nulledFields: readonly string[];
    readonly diffFields: readonly string[];
    readonly changedFields: readonly string[];
  };
  /** Without the header; what is null is left out, at all depths. */
  readonly body: Readonly<Record<string, unknown>>;
}

const bigLong = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: () => 0,
});

export function decodeEvent(events: EventBus, event: LoggedEvent): DecodedEvent {
  const json = events.schemaById(event.schemaId)?.json ?? '';
  const type = avsc.Type.forSchema(JSON.parse(json) as avsc.Schema, {
    registry: { long: bigLong },
  });
  const { ChangeEventHeader: header, ...body } = type.fromBuffer(payloadOf(event)) as Record<
    string,
    unknown
  > & { ChangeEventHeader: DecodedEvent['header'] };
  const { topic, sequence, schemaId } = event;
  return { topic, sequence, schemaId, header, body: compact(body) };
}

export function allEvents(events: EventBus): DecodedEvent[] {
  const cursor = events.log.earliest();
  const found: DecodedEvent[] = [];
  for (;;) {
    const event = events.log.next(cursor, () => true);
    if (event === undefined) return found;
    found.push(decodeEvent(events, event));
  }
}

function compact(value: object): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(
    entries.map(([name, each]) => [
      name,
      typeof each === 'object' ? compact(each as object) : (each as unknown),
    ]),
  );
}
