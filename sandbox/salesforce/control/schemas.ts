/** Pieces of the JSON schemas that bodies are checked with. */
export const TEXT = { type: 'string', minLength: 1 };
export const FLAG = { type: 'boolean' };
export const COUNT = { type: 'integer', minimum: 0 };
export const TEXTS = { type: 'array', items: TEXT };

/** A JSON object with no other properties than these. */
export function objectOf(
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): object {
  return { type: 'object', properties, required, additionalProperties: false };
}
