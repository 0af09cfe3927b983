/** Dead letters for people and for programs. */
import { stringifyJson } from '../../data/exact-json.ts';
import { table } from '../table.ts';
import { keyText, type Letter } from './letters.ts';
import type { Judged, Verdict } from './plan.ts';

const MEANING: Readonly<Record<Verdict, string>> = {
  redrive: 'nothing newer is there',
  done: 'redriven before, or by another letter',
  newer: 'its topic has newer data of its key',
  gone: "its record isn't in its topic any more",
  unknown:
    'it says no topic (or is a source’s, which the source reads again), or its topic is no more',
};

export function letterJson({ record, failed, ...cause }: Letter): Record<string, unknown> {
  const { connector, stage, code, path, message } = cause;
  return {
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: keyText(record.key),
    connector,
    stage,
    code,
    path,
    message,
    origin: failed ?? null,
  };
}

/** How many of each connector, stage and cause. */
export function groupsOf(letters: readonly Letter[]): readonly Record<string, unknown>[] {
  const groups = Map.groupBy(letters, ({ connector, stage, code, failed }) =>
    JSON.stringify([connector, stage, code, failed?.topic]),
  );
  return [...groups.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const times = all.map(({ record }) => record.timestamp);
    const { connector, stage, code, failed, message } = first;
    return [
      {
        connector,
        stage,
        code,
        topic: failed?.topic ?? null,
        letters: all.length,
        oldest: times.reduce((a, b) => Math.min(a, b)),
        newest: times.reduce((a, b) => Math.max(a, b)),
        message,
      },
    ];
  });
}

export function groupTable(letters: readonly Letter[]): string {
  const rows = groupsOf(letters).map((group) => [
    group['letters'],
    group['connector'],
    group['stage'],
    group['code'],
    group['topic'],
    time(group['newest']),
    group['message'],
  ]);
  const head = ['letters', 'connector', 'stage', 'code', 'topic', 'newest', 'first message'];
  return table(head, rows);
}

export function letterTable(letters: readonly Letter[], limit: number): string {
  const rows = letters
    .slice(0, limit)
    .map(({ record, failed, connector, stage, code, message }) => [
      `${record.partition}/${record.offset}`,
      time(record.timestamp),
      keyText(record.key),
      failed === undefined ? '' : `${failed.topic}/${failed.partition}/${failed.offset}`,
      connector,
      stage,
      code,
      message,
    ]);
  const head = ['letter', 'time', 'key', 'record', 'connector', 'stage', 'code', 'message'];
  return table(head, rows) + more(letters.length, limit);
}

export function judgedTable(judged: readonly Judged[], limit: number): string {
  const rows = judged
    .slice(0, limit)
    .map(({ letter: { record, failed, code }, verdict }) => [
      `${record.partition}/${record.offset}`,
      keyText(record.key),
      failed === undefined ? '' : `${failed.topic}/${failed.partition}/${failed.offset}`,
      code,
      verdict === 'redrive' ? verdict : `stays: ${MEANING[verdict]}`,
    ]);
  return table(['letter', 'key', 'record', 'code', 'plan'], rows) + more(judged.length, limit);
}

/** How many letters have each verdict; all five are there. */
export function verdictCounts(judged: readonly Judged[]): Readonly<Record<Verdict, number>> {
  const counts = { redrive: 0, done: 0, newer: 0, gone: 0, unknown: 0 };
  for (const { verdict } of judged) counts[verdict] += 1;
  return counts;
}

export function judgedJson(judged: readonly Judged[], sent: number | undefined): string {
  return stringifyJson({
    executed: sent !== undefined,
    sent: sent ?? 0,
    counts: verdictCounts(judged),
    letters: judged.map(({ letter, verdict }) => ({ ...letterJson(letter), verdict })),
  });
}

function more(all: number, limit: number): string {
  return all > limit ? `\n(${all - limit} more; --limit)` : '';
}

function time(ms: unknown): string {
  return typeof ms === 'number' && ms >= 0 ? new Date(ms).toISOString() : '';
}
