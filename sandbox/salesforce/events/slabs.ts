const SLAB_BYTES = 256 * 1024;
/** Larger ones have memory of their own. */
const MAX_SHARED = SLAB_BYTES / 8;

/**
 * Memory for what is kept long, in slabs of its own: in Node's shared pool it would lie between short-lived buffers,
 * and keep them all.
 */
export class Slabs {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** Uninitialized. */
  allocate(bytes: number): Buffer {
    if (bytes > MAX_SHARED) return Buffer.allocUnsafeSlow(bytes);
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    this.#used += bytes;
    return this.#slab.subarray(this.#used - bytes, this.#used);
  }
}
