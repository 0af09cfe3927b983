/** Versions and ranges of them as Maven, and so Connect's `*.plugin.version`, understand them. */
import { AppError } from '../foundation/errors.ts';

/** Qualifiers that have a rank; anything else stands behind a release. */
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const SAME: Readonly<Record<string, string>> = {
  a: 'alpha',
  b: 'beta',
  m: 'milestone',
  cr: 'rc',
  ga: '',
  final: '',
  release: '',
};

/** Less than 0 when `one` is older: `1.0-rc.1` < `1.0` = `1` < `1.0.1`. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareParts(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

type Part = bigint | string;

function partsOf(version: string): readonly Part[] {
  const [bare = ''] = version.toLowerCase().split('+');
  const parts = bare.match(/\d+|[a-z]+/g) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? BigInt(part) : (SAME[part] ?? part)));
}

/** A missing part equals 0, and equals a release. */
function compareParts(one: Part | undefined, other: Part | undefined): number {
  if (typeof one === 'bigint' || typeof other === 'bigint') {
    if (typeof one === 'string') return -1;
    if (typeof other === 'string') return 1;
    const [left, right] = [one ?? 0n, other ?? 0n];
    return left < right ? -1 : Number(left > right);
  }
  const [left, right] = [one ?? '', other ?? ''];
  const order = rank(left) - rank(right);
  if (order !== 0) return order;
  return left < right ? -1 : Number(left > right);
}

function rank(qualifier: string): number {
  const found = QUALIFIERS.indexOf(qualifier);
  return found < 0 ? QUALIFIERS.length : found;
}

/** Which versions are accepted. */
export interface VersionRange {
  has(version: string): boolean;
  /** As Connect prints it: `[1.0,2.0)`. */
  toString(): string;
}

interface Interval {
  readonly from: string;
  readonly to: string;
  readonly fromIncluded: boolean;
  readonly toIncluded: boolean;
}

/**
 * What a `plugin.version` asks for: `1.0` exactly, `[1.0,2.0)` and `[1.0,2.0],[3.0,)` as Maven; undefined =
 * any (unset, empty, `latest`). Throws a `config` error on `path` for anything else.
 */
export function versionRange(text: string | undefined, path: string): VersionRange | undefined {
  const trimmed = (text ?? '').trim();
  if (trimmed === '' || trimmed.toLowerCase() === 'latest') return undefined;
  const intervals = /^[[(]/.test(trimmed) ? intervalsOf(trimmed) : exactly(trimmed);
  if (intervals === undefined) {
    throw new AppError('config', 'config.version_range', `${trimmed} is no range of versions.`, {
      path,
      suggestion: 'Give 1.2.0, or [1.0,2.0) as Maven writes ranges.',
    });
  }
  return {
    has: (version) => intervals.some((interval) => isIn(version, interval)),
    toString: () => intervals.map(textOf).join(','),
  };
}

function exactly(version: string): readonly Interval[] | undefined {
  if (/[[\](),\s]/.test(version)) return undefined;
  return [{ from: version, to: version, fromIncluded: true, toIncluded: true }];
}

function intervalsOf(text: string): readonly Interval[] | undefined {
  if (!/^([[(][^[\]()]*[\])])(\s*,\s*[[(][^[\]()]*[\])])*$/.test(text)) return undefined;
  const intervals = (text.match(/[[(][^[\]()]*[\])]/g) ?? []).map(intervalOf);
  return intervals.every((interval) => interval !== undefined) ? intervals : undefined;
}

function intervalOf(text: string): Interval | undefined {
  const [from = '', to, more] = text
    .slice(1, -1)
    .split(',')
    .map((bound) => bound.trim());
  const [fromIncluded, toIncluded] = [text.startsWith('['), text.endsWith(']')];
  if (more !== undefined) return undefined;
  if (to === undefined) {
    return fromIncluded && toIncluded && from !== ''
      ? { from, to: from, fromIncluded, toIncluded }
      : undefined;
  }
  if (from !== '' && to !== '' && compareVersions(from, to) > 0) return undefined;
  return { from, to, fromIncluded, toIncluded };
}

function isIn(version: string, { from, to, fromIncluded, toIncluded }: Interval): boolean {
  const above = from === '' ? 1 : compareVersions(version, from);
  const below = to === '' ? 1 : compareVersions(to, version);
  return (above > 0 || (above === 0 && fromIncluded)) && (below > 0 || (below === 0 && toIncluded));
}

function textOf({ from, to, fromIncluded, toIncluded }: Interval): string {
  return `${fromIncluded ? '[' : '('}${from},${to}${toIncluded ? ']' : ')'}`;
}
