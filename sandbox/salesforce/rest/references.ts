import { SalesforceError } from '../org/types.ts';

const REFERENCE = /@\{([^}]+)\}/g;

/** `@{account.id}`, `@{found.records[0].Id}` in any text of `json` → what that part of an earlier answer is. */
export function resolveReferences(json: unknown, answers: ReadonlyMap<string, unknown>): unknown {
  if (typeof json === 'string') return resolveText(json, answers);
  if (Array.isArray(json)) return json.map((each) => resolveReferences(each, answers));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, resolveReferences(value, answers)]),
  );
}

/** A text that is nothing but a reference takes the value's own type. */
function resolveText(text: string, answers: ReadonlyMap<string, unknown>): unknown {
  const [whole] = text.match(REFERENCE) ?? [];
  if (whole === text) return lookUp(text.slice(2, -1), answers);
  return text.replaceAll(REFERENCE, (_, path: string) => String(lookUp(path, answers)));
}

function lookUp(path: string, answers: ReadonlyMap<string, unknown>): unknown {
  const [reference = '', ...keys] = path.split(/[.[\]]+/).filter((key) => key !== '');
  let value = answers.get(reference);
  for (const key of keys) {
    value = typeof value === 'object' && value !== null ? valueIn(value, key) : undefined;
  }
  if (answers.has(reference) && value !== undefined) return value;
  const message = `Invalid reference specified. No value for ${path} found in ${reference}`;
  throw new SalesforceError(400, 'PROCESSING_HALTED', message);
}

function valueIn(json: object, key: string): unknown {
  const found = Object.entries(json).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found?.[1];
}
