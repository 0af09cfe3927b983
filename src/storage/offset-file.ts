import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson, stringifyJson } from '../data/exact-json.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { OffsetStore, StoredOffset } from './offset-store.ts';
import { OffsetTable } from './offset-table.ts';

/** The file operations an offset file needs; tests hand in failing ones. */
export interface FilePort {
  /** The text, or undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** On return the whole text is on disk under `path`, or the file is what it was. */
  replace(path: string, text: string): Promise<void>;
}

export const diskFiles: FilePort = {
  read: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  replace: async (path, text) => {
    const temporary = `${path}.new`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(dirname(path));
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/**
 * Offsets in a JSON file: connector → [{partition, offset}]. A write replaces the file as a whole, so
 * that a crash leaves the old or the new one (Invariant 9). Throws a `config` error for a file that
 * isn't one; a failed write is `retriable`.
 */
export async function openOffsetFile(
  path: string,
  files: FilePort = diskFiles,
): Promise<OffsetStore> {
  let table = parse(await readText(path, files), path);
  let queue: Promise<unknown> = Promise.resolve();
  return {
    read: (connector) => Promise.resolve(table.read(connector)),
    write: (connector, offsets) => {
      const written = queue
        .catch(() => undefined)
        .then(async () => {
          const next = table.copy();
          next.apply(connector, offsets);
          await write(path, files, next);
          table = next;
        });
      queue = written;
      return written;
    },
    [Symbol.asyncDispose]: async () => {
      await queue.catch(() => undefined);
    },
  };
}

async function readText(path: string, files: FilePort): Promise<string | undefined> {
  try {
    return await files.read(path);
  } catch (cause) {
    throw new AppError('config', 'offsets.file', `${path} can't be read: ${messageOf(cause)}.`, {
      cause,
      path: 'offset.storage.file.filename',
    });
  }
}

function parse(text: string | undefined, path: string): OffsetTable {
  const table = new OffsetTable();
  if (text === undefined) return table;
  try {
    const content = parseJson(text);
    if (!isMap(content)) throw new Error('not a map of connectors');
    for (const [connector, offsets] of Object.entries(content)) {
      if (!Array.isArray(offsets) || !offsets.every(isStoredOffset)) {
        throw new Error(`the entries of ${connector} are no offsets`);
      }
      table.apply(connector, offsets);
    }
    return table;
  } catch (cause) {
    const why = messageOf(cause);
    throw new AppError('config', 'offsets.corrupt', `${path} is not a file of offsets: ${why}.`, {
      cause,
      path: 'offset.storage.file.filename',
      suggestion:
        'Restore it from a backup, or move it away and set the positions by PATCH /connectors/<name>/offsets.',
    });
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStoredOffset(value: unknown): value is StoredOffset {
  return isMap(value) && isMap(value['partition']) && isMap(value['offset']);
}

async function write(path: string, files: FilePort, table: OffsetTable): Promise<void> {
  const content = Object.fromEntries(
    table.connectors().map((connector) => [connector, table.read(connector)]),
  );
  try {
    await files.replace(path, `${stringifyJson(content, 1)}\n`);
  } catch (cause) {
    throw new AppError(
      'retriable',
      'offsets.write',
      `Offsets can't be written to ${path}: ${messageOf(cause)}.`,
      { cause, path: 'offset.storage.file.filename', suggestion: 'Make room or mend the folder.' },
    );
  }
}
