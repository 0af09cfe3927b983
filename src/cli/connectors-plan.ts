/** What it takes to make a worker's connectors what files say; pure. */
import type { Properties } from '../config/definition.ts';
import { HIDDEN, hideSecrets } from '../config/secrets.ts';
import type { ConnectorFile } from './connector-files.ts';

/** A key that differs; undefined = not there. Secrets are `[hidden]`. */
export interface Change {
  readonly key: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Step {
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  readonly name: string;
  readonly changes: readonly Change[];
  /** Keys that the worker shows as `[hidden]`: whether they differ can't be seen. */
  readonly hidden: readonly string[];
}

export interface PlanOptions {
  /** Connectors that no file names are deleted. */
  readonly prune: boolean;
  /** Files are sent even where no difference is seen: a secret may be new. */
  readonly force: boolean;
}

/** Deletes come first: what a new connector takes over must be let go of before. Then in the order of the files. */
export function planConnectors(
  current: ReadonlyMap<string, Properties>,
  wanted: readonly ConnectorFile[],
  { prune, force }: PlanOptions,
): readonly Step[] {
  const names = new Set(wanted.map(({ name }) => name));
  const extra = prune ? [...current.keys()].filter((name) => !names.has(name)).sort() : [];
  return [
    ...extra.map((name): Step => ({ action: 'delete', name, changes: [], hidden: [] })),
    ...wanted.map(({ name, config }): Step => {
      const present = current.get(name);
      if (present === undefined) return { action: 'create', name, changes: [], hidden: [] };
      const changes = changesOf(present, config);
      const hidden = Object.keys(config).filter(
        (key) => present[key] === HIDDEN && config[key] !== HIDDEN,
      );
      const action = changes.length > 0 || force ? 'update' : 'unchanged';
      return { action, name, changes, hidden };
    }),
  ];
}

/** The plan as a person reads it; what is unchanged is counted. */
export function planText(plan: readonly Step[]): string {
  const lines = plan
    .filter(({ action }) => action !== 'unchanged')
    .flatMap(({ action, name, changes, hidden }) => [
      `${action}  ${name}`,
      ...changes.map(changeText),
      ...(action === 'update' && hidden.length > 0
        ? [`          [hidden], sent as the file has it: ${hidden.join(', ')}`]
        : []),
    ]);
  const unchanged = plan.filter(({ action }) => action === 'unchanged');
  if (unchanged.length > 0) {
    const secrets = unchanged.some(({ hidden }) => hidden.length > 0);
    lines.push(
      `${unchanged.length} unchanged${secrets ? ', as far as it can be seen: secrets are [hidden] (--force sends them)' : ''}`,
    );
  }
  return lines.join('\n');
}

function changesOf(present: Properties, wanted: Properties): readonly Change[] {
  const shownNow = shown(present);
  const shownThen = shown(wanted);
  return [...new Set([...Object.keys(present), ...Object.keys(wanted)])]
    .filter((key) => present[key] !== wanted[key])
    .filter((key) => present[key] !== HIDDEN || wanted[key] === undefined)
    .sort()
    .map((key) => ({ key, from: shownNow[key], to: shownThen[key] }));
}

/** Without secrets: those by name, and passwords in URLs. */
function shown(properties: Properties): Properties {
  const masked = Object.entries(hideSecrets([], properties)).map(([key, value]) => [
    key,
    value
      .replaceAll(/(:\/\/[^:/@\s]*:)[^@/\s]+@/g, `$1${HIDDEN}@`)
      .replaceAll(/([?&;]password=)[^&;\s]+/gi, `$1${HIDDEN}`),
  ]);
  return Object.fromEntries(masked);
}

function changeText({ key, from, to }: Change): string {
  if (from === undefined) return `        + ${key}: ${to ?? ''}`;
  if (to === undefined) return `        - ${key}: ${from}`;
  return `        ~ ${key}: ${from} → ${to}`;
}
