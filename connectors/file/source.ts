import { open, type FileHandle } from 'node:fs/promises';
import {
  AppError,
  type Config,
  type Schema,
  type SourceBatch,
  type SourceConnector,
  type SourceOffset,
  type SourcePartition,
  type SourcePlugin,
  type SourceRecord,
  type SourceTask,
  type SourceTaskContext,
  type TaskConfig,
} from '../../src/sdk/index.ts';

const STRING: Schema = { type: 'string', optional: false };
/** How often a file is looked at for new lines, ms; Connect's own. */
const LOOK_MS = 1_000;
const CHUNK_BYTES = 64 * 1024;
const LINE_END = 0x0a;

export const fileStreamSourcePlugin: SourcePlugin = {
  create: (config) => new FileStreamSource(config),
  openTask: async (config, context) => {
    const file = config.optionalString('file');
    if (file === undefined) {
      throw new AppError(
        'config',
        'file.missing',
        'file is required here: there is no standard input.',
        {
          path: 'file',
        },
      );
    }
    const partition: SourcePartition = { filename: file };
    const stored = await context.offsets.read(partition);
    return new FileStreamSourceTask(
      file,
      partition,
      Number(stored?.['position'] ?? 0),
      config,
      context,
    );
  },
};

class FileStreamSource implements SourceConnector {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  plan(): Promise<readonly TaskConfig[]> {
    return Promise.resolve([{}]);
  }

  alterOffsets(
    offsets: readonly { partition: SourcePartition; offset: SourceOffset | null }[],
  ): Promise<void> {
    for (const { partition, offset } of offsets) requireShape(partition, offset);
    return Promise.resolve();
  }

  /** A file that is only ever appended to reads the same again; Connect's other source, standard input, doesn't. */
  exactlyOnceSupport(): 'supported' | 'unsupported' {
    return this.#config.optionalString('file') === undefined ? 'unsupported' : 'supported';
  }
}

function requireShape(partition: SourcePartition, offset: SourceOffset | null): void {
  const refuse = (message: string): AppError =>
    new AppError('config', 'file.offset', message, { path: 'offsets' });
  // A null removes whatever partition was written, as in Connect.
  if (offset === null) return;
  const position = offset['position'];
  if (!Number.isInteger(position)) {
    throw refuse(
      position === undefined
        ? "Offset objects should either be null or contain the key 'position'"
        : "The value for the 'position' key in the offset is expected to be a Long value",
    );
  }
  if (Number(position) < 0) {
    throw refuse("The value for the 'position' key in the offset should be a non-negative value");
  }
  if (partition['filename'] === undefined) {
    throw refuse("Partition objects should contain the key 'filename'");
  }
}

/** One record a line; the position is the byte after it. */
class FileStreamSourceTask implements SourceTask {
  readonly #file: string;
  readonly #partition: SourcePartition;
  readonly #topic: string;
  readonly #batchSize: number;
  readonly #context: SourceTaskContext;
  #position: number;
  #rest: Buffer = Buffer.alloc(0);
  #handle: FileHandle | undefined;

  constructor(
    file: string,
    partition: SourcePartition,
    position: number,
    config: Config,
    context: SourceTaskContext,
  ) {
    this.#file = file;
    this.#partition = partition;
    this.#position = position;
    this.#topic = config.string('topic');
    this.#batchSize = config.number('batch.size');
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<SourceBatch> {
    while (!signal.aborted) {
      const records = await this.#read();
      if (records.length > 0) return { records };
      await this.#context.clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
    return { records: [] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }

  async #read(): Promise<readonly SourceRecord[]> {
    this.#handle ??= await open(this.#file).catch(() => undefined);
    if (this.#handle === undefined) return [];
    if (!this.#rest.includes(LINE_END)) await this.#readOn(this.#handle);
    let rest = this.#rest;
    const records: SourceRecord[] = [];
    while (records.length < this.#batchSize) {
      const end = rest.indexOf(LINE_END);
      if (end < 0) break;
      this.#position += end + 1;
      records.push(this.#record(rest.subarray(0, end).toString('utf8').replace(/\r$/, '')));
      rest = rest.subarray(end + 1);
    }
    this.#rest = rest;
    return records;
  }

  /** Only when no whole line is left, or what is read would pile up (Invariant 8). */
  async #readOn(handle: FileHandle): Promise<void> {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const from = this.#position + this.#rest.length;
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, from);
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, bytesRead)]);
  }

  #record(line: string): SourceRecord {
    return {
      topic: this.#topic,
      key: null,
      valueSchema: STRING,
      value: line,
      headers: [],
      timestamp: this.#context.clock.now(),
      position: { partition: this.#partition, offset: { position: this.#position } },
    };
  }
}
