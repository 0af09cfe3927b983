import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AppError, messageOf } from '../../../src/foundation/errors.ts';
import { frame } from './frames.ts';

const OWNER_ONLY = 0o600;

interface Rotation {
  readonly path: string;
  readonly capture: () => void;
  readonly done: PromiseWithResolvers<void>;
}

/** Bytes, or what gives them when the batch is written: the moment before `capture` of a rotation. */
export type Pieces = readonly Buffer[] | (() => readonly Buffer[]);

interface Batch {
  readonly pieces: Pieces[];
  rotation?: Rotation;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Appends to one file, many callers at a time (group commit): all that is added until the disk is free again becomes one
 * frame, written and synced once. A moment's parts are never divided between frames.
 */
export class CommitLog {
  #file: FileHandle;
  #bytes = 0;
  #next: Batch | undefined;
  #writing: Batch | undefined;
  #running = false;
  #failed: AppError | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<CommitLog> {
    return new CommitLog(await open(path, 'wx', OWNER_ONLY));
  }

  /** Of the present file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the parts are on disk; rejects with AppError when they, or any before, can't be. */
  add(pieces: Pieces): Promise<void> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    const batch = this.#batch();
    batch.pieces.push(pieces);
    return batch.done.promise;
  }

  /** All that was added so far is on disk. */
  settled(): Promise<void> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return (this.#next ?? this.#writing)?.done.promise ?? Promise.resolve();
  }

  /**
   * Everything of before `capture` runs goes to the present file, everything later to the one at `path`; resolves when
   * the former is on disk. Rejects, and nothing has happened, where there can be no file at `path`. One at a time.
   */
  rotate(path: string, capture: () => void): Promise<void> {
    const done = quietPromise();
    this.#batch().rotation = { path, capture, done };
    return done.promise;
  }

  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.#file.close();
  }

  #batch(): Batch {
    this.#next ??= { pieces: [], done: quietPromise() };
    if (!this.#running) {
      this.#running = true;
      // A moment is over when the event loop turns.
      setImmediate(() => void this.#run());
    }
    return this.#next;
  }

  async #run(): Promise<void> {
    while (this.#next !== undefined) {
      const batch = this.#next;
      // What is added meanwhile is still before the rotation.
      const following = await openFor(batch);
      this.#writing = batch;
      this.#next = undefined;
      try {
        const body = batch.pieces.flatMap((each) => (typeof each === 'function' ? each() : each));
        batch.rotation?.capture();
        await this.#write(body, following);
      } catch (error) {
        this.#fail(error, batch);
        return;
      }
      this.#writing = undefined;
      batch.done.resolve();
      batch.rotation?.done.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }

  async #write(body: readonly Buffer[], following: FileHandle | undefined): Promise<void> {
    if (body.length > 0) {
      const bytes = frame(body);
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#bytes += bytes.length;
    }
    if (following === undefined) return;
    await this.#file.close();
    this.#file = following;
    this.#bytes = 0;
  }

  #fail(cause: unknown, batch: Batch): void {
    this.#failed = new AppError(
      'fatal',
      'sandbox.state.write',
      `The org's state can't be written: ${messageOf(cause)}.`,
      { cause, path: 'stateDir', suggestion: 'Make room on the disk and start again.' },
    );
    batch.done.reject(this.#failed);
    batch.rotation?.done.reject(this.#failed);
    this.#next?.rotation?.done.reject(this.#failed);
    this.#next?.done.reject(this.#failed);
    this.#next = undefined;
  }
}

/** The file that a batch's rotation leads to; without one the batch goes on without it. */
async function openFor(batch: Batch): Promise<FileHandle | undefined> {
  const { rotation } = batch;
  if (rotation === undefined) return undefined;
  try {
    return await open(rotation.path, 'wx', OWNER_ONLY);
  } catch (error) {
    delete batch.rotation;
    rotation.done.reject(error);
    return undefined;
  }
}

/** Not everybody who adds waits for it. */
function quietPromise(): PromiseWithResolvers<void> {
  const made = Promise.withResolvers<void>();
  made.promise.catch(() => undefined);
  return made;
}
