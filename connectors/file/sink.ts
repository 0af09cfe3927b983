import { open, type FileHandle } from 'node:fs/promises';
import {
  AppError,
  type Rejection,
  type SinkPlugin,
  type SinkRecord,
  type SinkTask,
} from '../../src/sdk/index.ts';

export const fileStreamSinkPlugin: SinkPlugin = {
  create: () => ({
    // Every task appends to the same file, as Connect's does.
    plan: (tasksMax) => Promise.resolve(Array.from({ length: tasksMax }, () => ({}))),
    alterOffsets: () => Promise.resolve(false),
  }),
  openTask: async (config) => {
    const file = config.optionalString('file');
    if (file === undefined) {
      throw new AppError(
        'config',
        'file.missing',
        'file is required here: there is no standard output.',
        {
          path: 'file',
        },
      );
    }
    return new FileStreamSinkTask(await open(file, 'a'));
  },
};

/** Appends each value as a line. */
class FileStreamSinkTask implements SinkTask {
  readonly batching = { maxRecords: 2_000, maxWaitMs: 10 };
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async put(batch: readonly SinkRecord[]): Promise<readonly Rejection[]> {
    await this.#handle.write(batch.map((record) => `${lineOf(record.value)}\n`).join(''));
    await this.#handle.datasync();
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? item.toString() : item,
  );
}
