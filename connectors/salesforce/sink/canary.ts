import type { Clock } from '../../../src/sdk/index.ts';
import type { PubSubClient } from '../pubsub/client.ts';
import { compileEventSchema, HEADER_FIELD } from '../pubsub/decode.ts';
import type { PubSubError } from '../pubsub/errors.ts';
import { clientOf, testTokenOf } from './origin.ts';
import type { Writer } from './writer.ts';

/**
 * - `carried`: a collections call shows the client name in its change event.
 * - `dropped`: it doesn't; echoes of such calls couldn't be told from people's edits.
 * - `silent`: the object leaves no change events, so nothing echoes.
 * - `unknown`: it couldn't be found out.
 */
export type Verdict = 'carried' | 'dropped' | 'silent' | 'unknown';

const CREDIT = 100;
const TRIES = 3;
const WAIT_MS = 4_000;

/**
 * One collections write that changes nothing, watched on the object's change channel. It carries a client name of its own:
 * a row write's event may come late, and tells nothing about collections.
 */
export async function testCollections(options: {
  readonly pubsub: PubSubClient;
  /** Writes with the client name `testTokenOf(client)`. */
  readonly writer: Pick<Writer, 'touch'>;
  readonly object: string;
  readonly client: string;
  readonly id: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<Verdict> {
  const { pubsub, writer, object, client, id, clock, signal } = options;
  const topic = `/data/${object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`}`;
  let verdict: Verdict | undefined;
  let wake: () => void = () => undefined;
  const settle = (found: Verdict): void => {
    verdict ??= found;
    wake();
  };
  const stream = pubsub.subscribe(topic, { preset: 'LATEST' }, CREDIT, {
    ended: (error) => settle(verdictOf(error)),
    message: ({ events }) => {
      stream.request(events.length);
      for (const { schemaId, payload } of events) {
        void originOf(pubsub, schemaId, payload, id)
          .then((origin) => {
            if (origin === undefined || clientOf(origin) === client) return;
            settle(clientOf(origin) === testTokenOf(client) ? 'carried' : 'dropped');
          })
          .catch(() => settle('unknown'));
      }
    },
  });
  try {
    await pubsub.getTopic(topic, signal);
    for (let attempt = 0; attempt < TRIES && verdict === undefined; attempt++) {
      await writer.touch(id);
      const waited = new Promise<void>((resolve) => (wake = resolve));
      await Promise.race([waited, clock.sleep(WAIT_MS, signal).catch(() => undefined)]);
    }
    return verdict ?? 'unknown';
  } catch (error) {
    return verdict ?? verdictOf(error as PubSubError);
  } finally {
    stream.cancel();
  }
}

/** The change origin of an event of that record, else undefined. */
async function originOf(
  pubsub: PubSubClient,
  schemaId: string,
  payload: Buffer,
  id: string,
): Promise<string | undefined> {
  const { json } = await pubsub.getSchema(schemaId);
  const schema = compileEventSchema(schemaId, json);
  const header = schema.decode(payload)[HEADER_FIELD] as {
    recordIds: readonly string[];
    changeOrigin: string;
  };
  const isIt = header.recordIds.some((each) => each.slice(0, 15) === id.slice(0, 15));
  return isIt ? header.changeOrigin : undefined;
}

function verdictOf(error: PubSubError | undefined): Verdict {
  return error?.code.endsWith('topic.not.found') === true ? 'silent' : 'unknown';
}
