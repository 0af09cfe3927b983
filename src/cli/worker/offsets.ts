import type { Properties } from '../../config/definition.ts';
import type { Clock } from '../../foundation/clock.ts';
import { explain, toAppError } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import type { Trouble } from '../../rest/context.ts';
import { topicSettings } from '../../storage/internal-topic.ts';
import { storedPartitions, type OffsetStore } from '../../storage/offset-store.ts';

/** Loads only the kind that is used. A broker that is away doesn't keep a worker from starting. */
export async function openOffsets(
  properties: Properties,
  kafka: GroupKafka,
  tools: { readonly log: Log; readonly clock: Clock },
  signal: AbortSignal,
): Promise<OffsetStore> {
  const { log } = tools;
  const topic = properties['offset.storage.topic'];
  if (topic === undefined) {
    const { openOffsetFile } = await import('../../storage/offset-file.ts');
    return openOffsetFile(properties['offset.storage.file.filename'] ?? '');
  }
  const { openOffsetTopic } = await import('../../storage/offset-kafka.ts');
  const { openWhenThere } = await import('../../storage/late-store.ts');
  const { openGroupOffsets } = await import('../../storage/offset-group.ts');
  const isGroup = properties['group.id'] !== undefined;
  const options = {
    topic,
    partitions: Number(properties['offset.storage.partitions'] ?? 25),
    replicationFactor: Number(properties['offset.storage.replication.factor'] ?? 3),
    config: topicSettings('offset', properties),
    log,
    configTopic: properties['config.storage.topic'],
  };
  return openWhenThere(
    () =>
      isGroup
        ? openGroupOffsets(kafka, options, tools, signal)
        : openOffsetTopic(kafka, options, signal),
    (why) => log.warn(`The offsets can't be read yet: ${explain(why)}`),
  );
}

/** Topics of connectors' own, each opened when it is first used and read from then on. */
export function separateOffsets(
  properties: Properties,
  kafka: GroupKafka,
  tools: Parameters<typeof openOffsets>[2],
  signal: AbortSignal,
): ((topic: string) => OffsetStore) & AsyncDisposable {
  const stores = new Map<string, OffsetStore>();
  const of = (topic: string): OffsetStore => {
    const known = stores.get(topic);
    if (known !== undefined) return known;
    const { 'config.storage.topic': _of, ...rest } = properties;
    const own = { ...rest, 'offset.storage.topic': topic };
    const opening = openOffsets(own, kafka, tools, signal);
    const store = whenOpened(opening);
    stores.set(topic, store);
    // What was wrong with it may be mended by the next time.
    opening.catch(() => stores.delete(topic));
    return store;
  };
  return Object.assign(of, {
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...stores.values()].map((store) => store[Symbol.asyncDispose]()));
    },
  });
}

/** A store that is still being opened: its callers wait for it. Disposed before it is there, it isn't waited for. */
export function whenOpened(opening: Promise<OffsetStore>): OffsetStore {
  let opened: OffsetStore | undefined;
  opening.then(
    (store) => (opened = store),
    () => undefined,
  );
  return {
    read: async (connector) => (await opening).read(connector),
    partitions: async (connector) => storedPartitions(await opening, connector),
    check: async () => {
      const store = await opening;
      await (store.check?.() ?? store.read(NOBODY));
    },
    write: async (connector, offsets) => (await opening).write(connector, offsets),
    [Symbol.asyncDispose]: async () => await opened?.[Symbol.asyncDispose](),
  };
}

/** A health check is answered by then, whatever the broker does. */
const PROBE_MS = 2_000;
/** A name no connector has. */
const NOBODY = '__health';

/** Why the offsets can't be read now; undefined when they can. */
export async function offsetTrouble(
  offsets: OffsetStore,
  clock: Clock,
): Promise<Trouble | undefined> {
  const read = new AbortController();
  const late = clock.sleep(PROBE_MS, read.signal).then(
    () => ({ reason: 'The offsets are still being read.', lasting: false }),
    () => undefined,
  );
  const reading = Promise.resolve(offsets.check?.() ?? offsets.read(NOBODY)).then(
    () => undefined,
    (error: unknown) => {
      const { kind } = toAppError(error, 'fatal', 'offsets.read');
      const lasting = kind !== 'retriable' && kind !== 'reconnect';
      return { reason: `Offsets can't be read: ${explain(error)}`, lasting };
    },
  );
  const trouble = await Promise.race([reading, late]);
  read.abort();
  return trouble;
}
