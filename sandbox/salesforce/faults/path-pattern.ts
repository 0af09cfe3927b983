const patterns = new Map<string, RegExp>();
const MAX_PATTERNS = 1000;

/** Whether all of `path` (without its query) is as the pattern says, in which `*` stands for any characters. */
export function matchesPath(pattern: string, path: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    compiled = new RegExp(`^${parts.join('.*')}$`, 's');
    if (patterns.size >= MAX_PATTERNS) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.test(path);
}
