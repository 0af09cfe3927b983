import { createContext, Script } from 'node:vm';
import { FormulaValueError } from '../errors.ts';

/** The longest text that is looked at, characters. */
const MAX_LENGTH = 4096;
/** The longest that a pattern may take; there are patterns that take forever. */
const TIMEOUT_MS = 100;
const place: { pattern: string; text: string } = { pattern: '', text: '' };
const context = createContext(place);
const script = new Script('new RegExp(pattern, "s").test(text)');

/** Whether the whole text is of the pattern; #Error! where it can't be told. */
export function matchesWhole(text: string, pattern: string): boolean {
  if (text.length > MAX_LENGTH) throw new FormulaValueError('the text is too long for REGEX');
  Object.assign(place, { text, pattern: `^(?:${pattern})$` });
  try {
    return script.runInContext(context, { timeout: TIMEOUT_MS }) === true;
  } catch {
    throw new FormulaValueError(`"${pattern}" is no regular expression, or takes too long`);
  }
}
