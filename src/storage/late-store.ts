import { AppError } from '../foundation/errors.ts';
import { storedPartitions, type OffsetStore } from './offset-store.ts';

/** A name no connector has. */
const NOBODY = '__health';

/**
 * A store that is opened now, or, while what it needs is away, at a later call: until then each call throws what
 * its own try to open met, which is `retriable`. `onAway` hears why once. Throws at once what waiting doesn't mend.
 */
export async function openWhenThere(
  open: () => Promise<OffsetStore>,
  onAway: (why: AppError) => void,
): Promise<OffsetStore> {
  let opening: Promise<OffsetStore> | undefined;
  const store = (): Promise<OffsetStore> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  try {
    await store();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'retriable') throw error;
    onAway(error);
  }
  return {
    read: async (connector) => (await store()).read(connector),
    partitions: async (connector) => storedPartitions(await store(), connector),
    check: async () => {
      const opened = await store();
      await (opened.check?.() ?? opened.read(NOBODY));
    },
    write: async (connector, offsets) => (await store()).write(connector, offsets),
    [Symbol.asyncDispose]: async () => {
      const opened = await opening?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
