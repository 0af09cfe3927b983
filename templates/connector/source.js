// @ts-check
/** Each JSON file of a folder becomes a record, in the order of their names; files are never changed. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from 'headwater/sdk';
import { folderFindings } from './folder.js';

/** @import { Config, SourcePlugin, SourceRecord, SourceTask, SourceTaskContext } from 'headwater/sdk' */

/** How often the folder is looked at, ms. */
const LOOK_MS = 500;

/** @type {SourcePlugin} */
export const source = {
  create: (config) => ({
    check: () => folderFindings(config.string('folder')),
    // One task: the files have one order.
    plan: async () => [{}],
  }),
  openTask: async (config, context) => {
    const partition = { folder: config.string('folder') };
    const stored = await context.offsets.read(partition);
    return new FolderTask(config, context, partition, String(stored?.file ?? ''));
  },
};

/** @implements {SourceTask} */
class FolderTask {
  /**
   * @param {Config} config
   * @param {SourceTaskContext} context
   * @param {{ folder: string }} partition
   * @param {string} last the file that was read last
   */
  constructor(config, context, partition, last) {
    this.topic = config.string('topic');
    this.most = config.number('batch.size');
    this.clock = context.clock;
    this.partition = partition;
    this.last = last;
  }

  /** @param {AbortSignal} signal */
  async poll(signal) {
    while (!signal.aborted) {
      const records = await this.read();
      if (records.length > 0) return { records };
      await this.clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
    return { records: [] };
  }

  async [Symbol.asyncDispose]() {
    // Nothing is held open between two polls.
  }

  async read() {
    /** @type {SourceRecord[]} */
    const records = [];
    for (const file of await this.next()) {
      try {
        records.push(await this.record(file));
      } catch (error) {
        // What came before it is handed over first; the next poll meets it again.
        if (records.length > 0) break;
        throw error;
      }
      this.last = file;
    }
    return records;
  }

  async next() {
    const { folder } = this.partition;
    try {
      const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      return files
        .filter((name) => name > this.last)
        .toSorted()
        .slice(0, this.most);
    } catch (cause) {
      const message = `The folder ${folder} can't be read: ${messageOf(cause)}.`;
      throw new AppError('retriable', 'folder.away', message, { cause, path: 'folder' });
    }
  }

  /** @param {string} file */
  async record(file) {
    const text = await readFile(join(this.partition.folder, file), 'utf8');
    try {
      return {
        topic: this.topic,
        key: file.slice(0, -'.json'.length),
        value: JSON.parse(text),
        headers: [],
        timestamp: this.clock.now(),
        // A restart goes on strictly after this.
        position: { partition: this.partition, offset: { file } },
      };
    } catch {
      throw new AppError('data', 'folder.json', `${file} holds no JSON.`, { path: file });
    }
  }
}
