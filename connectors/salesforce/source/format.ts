/** What an `output.format` is: how events become records. */
import { AppError, type SourcePartition, type SourceRecord } from '../../../src/sdk/index.ts';
import type { EventSchema } from '../pubsub/decode.ts';
import type { WireEvent } from '../pubsub/messages.ts';
import type { EntityKind } from './topics.ts';

/** The channel an event came by. */
export interface Origin {
  readonly kind: EntityKind;
  readonly partition: SourcePartition & { readonly org: string; readonly channel: string };
  /** Whether an event committed (or published) then is to become records; epoch ms. */
  isWanted(committedAt: number): boolean;
}

/** A promise only where the org must be asked. */
export type Converted = readonly SourceRecord[] | Promise<readonly SourceRecord[]>;

export interface Format {
  /** The event's records, the position on the last; undefined while its schema wasn't learned. Throws `data` errors. */
  convert(wire: WireEvent, origin: Origin): Converted | undefined;
  /** Finds the topic for a schema's events. Throws `fatal` that names the field where a type changed and no topic takes it. */
  learn(schema: EventSchema, kind: EntityKind): Promise<void>;
}

/** What `decode` makes of the payload; a `data` error that names the event where it doesn't fit its schema. */
export function read<T>(
  decode: (payload: Buffer) => T,
  wire: WireEvent,
  { partition }: Pick<Origin, 'partition'>,
): T {
  try {
    return decode(wire.payload);
  } catch (error) {
    throw new AppError(
      'data',
      'salesforce.payload',
      `${partition.channel}: the event ${wire.replayId.toString('base64')} doesn't fit its schema ${wire.schemaId}.`,
      { cause: error },
    );
  }
}
