/** Answers without what any two workers differ in: times, stack traces, the order of properties. */
import type { Answer } from './call.ts';

export interface Normal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Plugins that only one of the two has. */
const OTHER_PLUGINS = /^(org\.apache\.kafka\.connect\.mirror\.|io\.confluent\.)/;
/** Connectors that only Connect makes; docs/connect-parity.md says why. */
/** Lists of what Connect keeps in sets and maps. */
const UNORDERED: ReadonlySet<string> = new Set(['offsets', 'topics', 'tasks']);
const REFUSED_NAMES = /\/|null$/;

export function normal({ status, headers, text }: Answer): Normal {
  return { status, headers: normalHeaders(headers), body: bodyOf(text) };
}

function bodyOf(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // What OPTIONS answers is a list in no order.
    return /^[A-Z]+(, ?[A-Z]+)*$/.test(text) ? text.split(/, ?/).toSorted() : text;
  }
  const plain = normalValue('', inOrder(body));
  if (!Array.isArray(plain)) return plain;
  const kept = plain.filter((item) => typeof item !== 'string' || !REFUSED_NAMES.test(item));
  return kept.every((item) => typeof item === 'string') ? kept.toSorted() : kept;
}

function normalHeaders(headers: Answer['headers']): Answer['headers'] {
  const { allow } = headers;
  return allow === undefined ? headers : { ...headers, allow: allow.split(',').toSorted().join() };
}

function normalValue(key: string, value: unknown): unknown {
  if (key === 'commit' || key === 'trace') return typeof value;
  if (key === 'last_modified' && value !== null) return typeof value;
  if (Array.isArray(value)) {
    const items = value
      .map((item: unknown) => normalValue('', item))
      .filter((item) => !isOtherPlugin(item));
    return UNORDERED.has(key) ? items.toSorted(byText) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !REFUSED_NAMES.test(name))
      .map(([name, item]) => [name, normalValue(name, item)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isOtherPlugin(item: unknown): boolean {
  const name = typeof item === 'object' && item !== null && 'class' in item ? item.class : item;
  return typeof name === 'string' && OTHER_PLUGINS.test(name);
}

export function isSame(a: Answer, b: Answer): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

const OF_A_CONVERTER = /^(key|value|header)\.converter\.(?!plugin\.version$)/;

/** Connect lists a converter's properties, and what comes after a connector's own groups, as they hash. */
function inOrder(body: unknown): unknown {
  if (!isInfos(body)) return body;
  const ofConverters = body.configs.filter(({ value }) => OF_A_CONVERTER.test(value.name));
  const others = body.configs.filter(({ value }) => !OF_A_CONVERTER.test(value.name));
  const sorted = ofConverters.toSorted((a, b) => (a.value.name < b.value.name ? -1 : 1));
  return { ...body, groups: body.groups.toSorted(), configs: [...others, ...sorted] };
}

export interface Infos {
  readonly error_count: number;
  readonly groups: readonly string[];
  readonly configs: readonly { readonly value: { name: string; errors: readonly string[] } }[];
}

export function isInfos(body: unknown): body is Infos {
  return typeof body === 'object' && body !== null && 'configs' in body && 'groups' in body;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
