/** Which fields are searched, and as which words. */
import type { FieldDef, ObjectDef } from '../org/types.ts';

export type SearchGroup = 'ALL' | 'NAME' | 'EMAIL' | 'PHONE' | 'SIDEBAR';

export const SEARCH_GROUPS: readonly SearchGroup[] = ['ALL', 'NAME', 'EMAIL', 'PHONE', 'SIDEBAR'];

const TEXTS = new Set(['string', 'textarea', 'email', 'phone', 'url', 'combobox']);
const NAMES = /^(Name|FirstName|LastName|Subject|Title|CaseNumber|OrderNumber|ProductCode)$/;

export function isSearchable({ kind, abilities }: ObjectDef): boolean {
  if (abilities?.searchable === false) return false;
  return kind === 'standard' || kind === 'custom';
}

export function searchedFields({ fields }: ObjectDef, group: SearchGroup): readonly FieldDef[] {
  const texts = fields.filter(({ type }) => TEXTS.has(type));
  switch (group) {
    case 'ALL':
      return texts;
    case 'NAME':
      return texts.filter(({ name }) => NAMES.test(name));
    case 'EMAIL':
      return texts.filter(({ type }) => type === 'email');
    case 'PHONE':
      return texts.filter(({ type }) => type === 'phone');
    case 'SIDEBAR':
      return texts.filter(({ type, name }) => type !== 'textarea' || NAMES.test(name));
  }
}

/** Letters and digits in rows, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
