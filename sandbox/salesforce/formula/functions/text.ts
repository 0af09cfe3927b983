import { decimal, parseDecimal } from '../decimal.ts';
import { normalizeId } from '../../org/ids.ts';
import { FormulaError, FormulaValueError } from '../errors.ts';
import { asText, isBlank } from '../value.ts';
import type { Value } from '../value.ts';
import { textOf, textual, wholeOf } from './define.ts';
import type { FunctionDef, Functions } from './define.ts';
import { matchesWhole } from './regex.ts';

/** The longest text a formula may make, characters. */
const MAX_TEXT = 131_072;

const count = (value: number): Value => decimal(BigInt(value));

function padded(side: 'start' | 'end'): FunctionDef {
  const run = ([text = null, length = null, pad = ' ']: readonly Value[]): Value => {
    const size = Math.max(0, Math.min(MAX_TEXT, wholeOf(length)));
    const source = textOf(text);
    if (source.length >= size) return source.slice(0, size);
    const filler = textOf(pad) || ' ';
    return side === 'start' ? source.padStart(size, filler) : source.padEnd(size, filler);
  };
  return { min: 2, max: 3, run };
}

/** Where it stands after `from`, counted from 1; 0 where it doesn't. */
function find([wanted = null, text = null, from = null]: readonly Value[]): Value {
  const [what, source] = [textOf(wanted), textOf(text)];
  if (what === '' || source === '') return count(0);
  const start = from === null ? 1 : wholeOf(from);
  return start < 1 ? count(0) : count(source.indexOf(what, start - 1) + 1);
}

function substitute(text: string, old: string, fresh: string): string {
  if (old === '') return text;
  const parts = text.split(old);
  const length = text.length + (parts.length - 1) * (fresh.length - old.length);
  if (length > MAX_TEXT) throw new FormulaValueError('the text is too long');
  return parts.join(fresh);
}

function middle([text = null, start = null, length = null]: readonly Value[]): Value {
  const from = Math.max(1, wholeOf(start)) - 1;
  return textOf(text).slice(from, from + Math.max(0, wholeOf(length)));
}

function cut(side: 'left' | 'right'): FunctionDef {
  const run = ([text = null, length = null]: readonly Value[]): Value => {
    const size = Math.max(0, wholeOf(length));
    const source = textOf(text);
    return side === 'left'
      ? source.slice(0, size)
      : source.slice(Math.max(0, source.length - size));
  };
  return { min: 2, max: 2, run };
}

/** `<img src="/s.gif" alt="red" style="height:30px; width:30px;" border="0"/>`. */
function image([url = null, alt = null, height = null, width = null]: readonly Value[]): Value {
  const style =
    height === null && width === null
      ? ''
      : ` style="height:${wholeOf(height)}px; width:${wholeOf(width)}px;"`;
  return `<img src="${textOf(url)}" alt="${textOf(alt)}"${style} border="0"/>`;
}

function initialCapitals(text: string): string {
  return text.toLowerCase().replace(/(^|[^\p{L}\p{N}])(\p{L})/gu, (all) => all.toUpperCase());
}

export const TEXT: Functions = {
  LEFT: cut('left'),
  RIGHT: cut('right'),
  MID: { min: 3, max: 3, run: middle },
  LEN: textual(1, (text) => count(text.length)),
  LOWER: { min: 1, max: 2, run: ([text = null]) => textOf(text).toLowerCase() },
  UPPER: { min: 1, max: 2, run: ([text = null]) => textOf(text).toUpperCase() },
  INITCAP: { min: 1, max: 2, run: ([text = null]) => initialCapitals(textOf(text)) },
  TRIM: textual(1, (text) => text.trim()),
  SUBSTITUTE: textual(3, substitute),
  FIND: { min: 2, max: 3, run: find },
  CONTAINS: textual(2, (text, wanted) => text.includes(wanted)),
  BEGINS: textual(2, (text, wanted) => text.startsWith(wanted)),
  INCLUDES: textual(2, (chosen, wanted) => chosen !== '' && chosen.split(';').includes(wanted)),
  ISPICKVAL: textual(2, (chosen, wanted) => chosen === wanted),
  LPAD: padded('start'),
  RPAD: padded('end'),
  REVERSE: textual(1, (text) => Array.from(text).toReversed().join('')),
  ASCII: textual(1, (text) => (text === '' ? null : count(text.codePointAt(0) ?? 0))),
  CHR: { min: 1, max: 1, run: ([code = null]) => fromCode(wholeOf(code)) },
  BR: { min: 0, max: 0, run: () => '<br>' },
  HYPERLINK: {
    min: 2,
    max: 3,
    run: ([url = null, label = null, target = '_blank']) =>
      `<a href="${textOf(url)}" target="${textOf(target)}">${asText(label)}</a>`,
  },
  IMAGE: { min: 2, max: 4, run: image },
  REGEX: textual(2, matchesWhole),
  TEXT: { min: 1, max: 1, run: ([value = null]) => asText(value) },
  VALUE: textual(1, (text) => {
    const number = text === '' ? null : parseDecimal(text.replaceAll(',', ''));
    if (number === undefined) throw new FormulaValueError(`"${text}" is no number`);
    return number;
  }),
  ISNUMBER: textual(1, (text) => text !== '' && parseDecimal(text) !== undefined),
  CASESAFEID: textual(1, (id) => (id === '' ? null : (normalizeId(id) ?? id))),
  ISBLANK: { min: 1, max: 1, run: ([value = null]) => isBlank(value) },
  /** A text is never null, not even an empty one; here it can't be told from what is none. */
  ISNULL: { min: 1, max: 1, run: ([value = null]) => isBlank(value) },
  ISCLONE: { min: 0, max: 0, run: () => false },
};

function fromCode(code: number): string {
  if (code < 1 || code > 0x10_ff_ff) throw new FormulaError(`there is no character ${code}`);
  return String.fromCodePoint(code);
}
