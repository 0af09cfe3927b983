/**
 * V8's defaults let a busy worker's young objects take 134 MB before it looks, and old garbage several times what is alive.
 * With these a source that carries 20,000 events a second stays below 250 MB, at the same speed (docs/benchmarks.md).
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=120'];
