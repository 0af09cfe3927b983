/** Custom labels: texts that formulas name as `$Label.Hello`. */
import { readXml } from './xml.ts';

/** Texts by the labels' names in lower case. */
export type Labels = ReadonlyMap<string, string>;

export async function readLabels(files: readonly string[]): Promise<Labels> {
  const labels = new Map<string, string>();
  for (const file of files) {
    const element = await readXml(file, 'CustomLabels');
    for (const label of element.children('labels')) {
      const name = label.text('fullName')?.toLowerCase();
      if (name !== undefined) labels.set(name, label.only('value') ?? '');
    }
  }
  return labels;
}

/** Those that a formula names; undefined where there are none. */
export function labelsIn(
  formula: string | undefined,
  labels: Labels,
): Readonly<Record<string, string>> | undefined {
  const names = formula?.match(/\$Label\.\w+/gi) ?? [];
  const found = names.flatMap((each): [string, string][] => {
    const name = each.slice('$Label.'.length).toLowerCase();
    const text = labels.get(name);
    return text === undefined ? [] : [[name, text]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
