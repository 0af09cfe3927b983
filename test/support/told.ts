/** Topics against the org's own log: what was committed is there, once, in each record's order. */
import type { Line } from './line.ts';
import type { Committed } from './load.ts';

/** What is wrong with topics, one sentence each, and how often a change came again. */
export interface Told {
  readonly missing: readonly string[];
  readonly invented: readonly string[];
  readonly misordered: readonly string[];
  readonly duplicates: number;
}

/**
 * `topics`: names after the line's prefix, oldest first where one goes on in the next; together they have to tell
 * `committed`. A change is known by its transaction, record and kind.
 */
export async function told(
  line: Line,
  topics: readonly string[],
  committed: readonly Committed[],
): Promise<Told> {
  const seen = new Set<string>();
  const order = new Map<string, string[]>();
  let duplicates = 0;
  for (const topic of topics) {
    for (const { value } of await line.read(topic)) {
      const { transactionKey } = value['source'] as Readonly<Record<string, unknown>>;
      const id = String(value['id']);
      const name = `${String(transactionKey)} ${String(value['op'])} ${id}`;
      if (seen.has(name)) {
        duplicates++;
        continue;
      }
      seen.add(name);
      order.set(id, [...(order.get(id) ?? []), name]);
    }
  }
  const expected = new Map<string, string[]>();
  for (const each of committed) {
    const { id } = each.change;
    expected.set(id, [...(expected.get(id) ?? []), nameOf(each)]);
  }
  const names = new Set(committed.map(nameOf));
  return {
    missing: [...names].filter((name) => !seen.has(name)),
    invented: [...seen].filter((name) => !names.has(name)),
    misordered: [...expected]
      .filter(([id, each]) => each.join() !== order.get(id)?.join())
      .map(first),
    duplicates,
  };
}

export function nameOf({ transaction, change }: Committed): string {
  return `${transaction} ${change.type.toLowerCase()} ${change.id}`;
}

function first([id]: readonly [string, unknown]): string {
  return id;
}
