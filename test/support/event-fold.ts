/** What a subscriber makes of an org's Account events, over restarts: it goes on from the last position it has. */
import avsc from 'avsc';
import { BareClient } from './pubsub.ts';
import type { FetchResponse } from './pubsub.ts';

/** How to reach a sandbox of another process. */
export interface KeptSandbox {
  readonly http: string;
  readonly pubsubPlain: string;
  readonly accessToken: string;
  readonly orgId: string;
  readonly clientId: string;
  readonly refreshToken: string;
}

interface Change {
  readonly ChangeEventHeader: {
    readonly recordIds: readonly string[];
    readonly changeType: string;
  };
  readonly Description: string | null;
}

const TOPIC = '/data/AccountChangeEvent';
const CREDIT = 100;

export class EventFold {
  /** Description by id. */
  readonly records = new Map<string, string>();
  readonly problems: string[] = [];
  count = 0;
  #position: Buffer | undefined;

  /** Reads until it is disposed or the server goes. */
  follow(sandbox: KeptSandbox): Disposable & { problems(): Promise<string[]> } {
    const [, port = ''] = sandbox.pubsubPlain.split(':');
    const { accessToken, orgId } = sandbox;
    const client = BareClient.of({ plainPort: Number(port), accessToken, orgId });
    const start =
      this.#position === undefined
        ? { replay_preset: 'EARLIEST' }
        : { replay_preset: 'CUSTOM', replay_id: this.#position };
    const stream = client.subscribe({ topic_name: TOPIC, num_requested: CREDIT, ...start });
    let type: Promise<avsc.Type> | undefined;
    let reading = Promise.resolve();
    const failed: string[] = [];
    stream.onResponse((response) => {
      const schemaId = response.events[0]?.event.schema_id;
      if (schemaId !== undefined) type ??= schemaOf(client, schemaId);
      reading = reading
        .then(async () => this.#take(response, await type))
        // The server went before it told the schema: the events come again.
        .catch(() => undefined);
      if (response.events.length > 0) {
        stream.send({ topic_name: TOPIC, num_requested: response.events.length });
      }
    });
    void stream.ended.then((error) => {
      const refused = error?.metadata.get('error-code')[0];
      if (refused !== undefined) failed.push(`the stream was refused: ${String(refused)}`);
    });
    return {
      problems: async () => {
        await reading;
        return failed;
      },
      [Symbol.dispose]: () => {
        stream.cancel();
        client[Symbol.dispose]();
      },
    };
  }

  #take(response: FetchResponse, type: avsc.Type | undefined): void {
    for (const { event, replay_id: position } of response.events) {
      if (type === undefined) return;
      if (this.#position !== undefined && position.compare(this.#position) <= 0) {
        this.problems.push(`position ${position.toString('hex')} doesn't rise`);
      }
      this.#apply(type.fromBuffer(event.payload) as Change);
      this.#position = position;
      this.count++;
    }
  }

  #apply({ ChangeEventHeader: { recordIds, changeType }, Description }: Change): void {
    for (const id of recordIds) {
      const known = this.records.has(id);
      if (known !== (changeType !== 'CREATE')) {
        this.problems.push(`${changeType} of ${id}, which ${known ? 'is' : "isn't"} known`);
      }
      if (changeType === 'DELETE') this.records.delete(id);
      else if (Description !== null) this.records.set(id, Description);
    }
  }
}

async function schemaOf(client: BareClient, schemaId: string): Promise<avsc.Type> {
  const { schema_json: json } = await client.call<{ schema_json: string }>('GetSchema', {
    schema_id: schemaId,
  });
  return avsc.Type.forSchema(JSON.parse(json) as avsc.Schema, { registry: { long: longs } });
}

/** The numbers aren't looked at. */
const longs = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: () => 0,
});
