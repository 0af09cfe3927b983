/** An org at one moment, in a file of frames: what it is, its records, and an end that shows it to be whole. */
import { open } from 'node:fs/promises';
import { rename, rm } from 'node:fs/promises';
import { AppError } from '../../../src/foundation/errors.ts';
import type { ObjectDef, RecordValues } from '../org/types.ts';
import { frame, readFrames } from './frames.ts';
import type { KeptRecord } from './parts.ts';
import { keptRecord } from './records.ts';

/** Changes when older files can't be read any more. */
const FORMAT = 2;
/** Records of one frame: what is made and written without letting others run. */
const RECORDS_PER_FRAME = 200;

export interface SnapshotHead {
  readonly format: typeof FORMAT;
  readonly objects: readonly ObjectDef[];
  /** The small stores, by name. */
  readonly stores: Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
  /** Of each event log, where its positions are. */
  readonly logs: Readonly<Record<string, { readonly horizon: number; readonly last: number }>>;
  /** Decimal. */
  readonly commitNumber: string;
  /** Index of the newest transaction in the journal. */
  readonly journal: number;
}

export type NewSnapshot = Omit<SnapshotHead, 'format'> & {
  /** In order of creation. */
  readonly records: readonly (readonly [entity: string, rows: readonly RecordValues[]])[];
};

interface RecordFrame {
  readonly entity: string;
  readonly rows: readonly KeptRecord[];
}

/** Durable under `path` when it resolves; nothing is there before. */
export async function writeSnapshot(
  path: string,
  { records, ...head }: NewSnapshot,
): Promise<number> {
  const partial = `${path}.partial`;
  const file = await open(partial, 'w', 0o600);
  let bytes = 0;
  const write = async (content: object): Promise<void> => {
    const whole = frame([Buffer.from(JSON.stringify(content))]);
    bytes += whole.length;
    await file.appendFile(whole);
    await new Promise((resolve) => setImmediate(resolve));
  };
  try {
    await write({ format: FORMAT, ...head });
    for (const [entity, rows] of records) {
      for (let at = 0; at < rows.length; at += RECORDS_PER_FRAME) {
        await write({ entity, rows: rows.slice(at, at + RECORDS_PER_FRAME).map(keptRecord) });
      }
    }
    await write({ end: true });
    await file.sync();
    await file.close();
    await rename(partial, path);
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Throws AppError where the file isn't whole. */
export function readSnapshot(
  path: string,
  onHead: (head: SnapshotHead) => void,
  onRows: (frame: RecordFrame) => void,
): void {
  let headed = false;
  for (const body of readFrames(path)) {
    const content = JSON.parse(body.toString()) as SnapshotHead | RecordFrame | { end: true };
    if ('format' in content) {
      if (content.format !== FORMAT) throw unreadable(path, 'it is of another version');
      onHead(content);
      headed = true;
    } else if ('end' in content) {
      if (headed) return;
    } else if (headed) onRows(content);
  }
  throw unreadable(path, 'it is not whole');
}

function unreadable(path: string, why: string): AppError {
  return new AppError('fatal', 'sandbox.state.unreadable', `Can't read ${path}: ${why}.`, {
    path: 'stateDir',
    suggestion: 'Restore the folder from a copy, or start with an empty one.',
  });
}
