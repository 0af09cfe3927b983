// @ts-check
/** Each record becomes a JSON file named by its key: written twice, it is the same file. */
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from 'headwater/sdk';
import { folderFindings } from './folder.js';

/** @import { Rejection, SinkPlugin, SinkRecord, SinkTask } from 'headwater/sdk' */

/** @type {SinkPlugin} */
export const sink = {
  create: (config) => ({
    check: () => folderFindings(config.string('folder')),
    plan: async (tasksMax) => Array.from({ length: tasksMax }, () => ({})),
    // Kafka's group holds the offsets, not the folder.
    alterOffsets: async () => false,
  }),
  openTask: async (config) => new FolderTask(config.string('folder')),
};

/** @implements {SinkTask} */
class FolderTask {
  batching = { maxRecords: 500, maxWaitMs: 100 };

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
  }

  /** @param {readonly SinkRecord[]} batch */
  async put(batch) {
    /** @type {Rejection[]} */
    const rejections = [];
    for (const record of batch) {
      const error = await this.write(record);
      if (error !== undefined) rejections.push({ record, error });
    }
    return rejections;
  }

  async [Symbol.asyncDispose]() {
    // Nothing is held open between two batches.
  }

  /**
   * Durable when it returns. A record that can't be a file is returned as an error; a folder that is away is thrown.
   * @param {SinkRecord} record
   */
  async write({ key, value }) {
    if (typeof key !== 'string' || !/^[\w.-]{1,200}$/.test(key)) {
      return new AppError('data', 'folder.key', "The key can't be a file's name.", { path: 'key' });
    }
    const file = join(this.folder, `${key}.json`);
    try {
      if (value === null) await rm(file, { force: true });
      else await writeWhole(file, JSON.stringify(value, bigAsText));
    } catch (cause) {
      const message = `The folder ${this.folder} can't be written: ${messageOf(cause)}.`;
      throw new AppError('retriable', 'folder.away', message, { cause, path: 'folder' });
    }
    return undefined;
  }
}

/**
 * A reader sees the old file or the new one.
 * @param {string} file
 * @param {string} text
 */
async function writeWhole(file, text) {
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

/**
 * 64-bit numbers are bigint here; JSON has none.
 * @param {string} _name
 * @param {unknown} value
 */
function bigAsText(_name, value) {
  return typeof value === 'bigint' ? String(value) : value;
}
