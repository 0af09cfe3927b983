import { isDeepStrictEqual } from 'node:util';

/** The places where two values differ. */
export function differences(path: string, a: unknown, b: unknown): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (!isTree(a) || !isTree(b) || Array.isArray(a) !== Array.isArray(b)) {
    return [`  ${path}: Connect ${cut(a)}`, `  ${path}: ours    ${cut(b)}`];
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) =>
    differences(
      `${path}/${key}`,
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
    ),
  );
}

function cut(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 600);
}
