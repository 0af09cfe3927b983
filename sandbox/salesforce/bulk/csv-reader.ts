import { DELIMITERS } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { ROW_LIMITS } from './settings.ts';

export interface CsvRow {
  readonly cells: readonly string[];
  /** Why the row can't be taken, though what follows can. */
  readonly problem?: string | undefined;
}

const UNESCAPED = 'Found unescaped quote. A value with quote should be within a quote';
const UNCLOSED = 'EOF reached before closing an opened quote';
const LINE_FEED = 10;
const QUOTE = 34;

/**
 * Reads CSV as it arrives, in pieces of any size. Cells aren't trimmed; a quote inside a cell without quotes, or
 * anything between a closing quote and the delimiter, spoils the row alone. Empty lines are skipped.
 */
export class CsvReader {
  /** Whether the first line ends otherwise than the job says. */
  wrongLineEnding = false;
  readonly #delimiter: number;
  readonly #crlf: boolean;
  #rows: CsvRow[] = [];
  #cells: string[] = [];
  #cell = '';
  /** Characters of the row so far, those beyond the limit counted and dropped. */
  #size = 0;
  #problem: string | undefined;
  #first = true;
  /** Inside quotes; behind a quote that may be the first of two; behind the closing one. */
  #state: 'plain' | 'quoted' | 'quote' | 'closed' = 'plain';
  /** What follows a closing quote. */
  #after = '';

  constructor({ columnDelimiter, lineEnding }: Dialect) {
    this.#delimiter = DELIMITERS[columnDelimiter].charCodeAt(0);
    this.#crlf = lineEnding === 'CRLF';
  }

  /** The rows that are complete now. */
  push(text: string): readonly CsvRow[] {
    let at = 0;
    while (at < text.length) {
      if (this.#state === 'quoted') at = this.insideQuotes(text, at);
      else if (this.#state === 'quote') at = this.behindQuote(text, at);
      else at = this.outside(text, at);
    }
    return this.taken();
  }

  /** The last row, where no line end follows it. */
  end(): readonly CsvRow[] {
    if (this.#state === 'quoted') this.#problem ??= UNCLOSED;
    this.endRow();
    return this.taken();
  }

  private taken(): readonly CsvRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  private insideQuotes(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      this.take(text.slice(at));
      return text.length;
    }
    this.take(text.slice(at, quote));
    this.#state = 'quote';
    return quote + 1;
  }

  private behindQuote(text: string, at: number): number {
    if (text.charCodeAt(at) === QUOTE) {
      this.take('"');
      this.#state = 'quoted';
      return at + 1;
    }
    this.#state = 'closed';
    return at;
  }

  private outside(text: string, at: number): number {
    let end = at;
    let code = 0;
    for (; end < text.length; end++) {
      code = text.charCodeAt(end);
      if (code === this.#delimiter || code === LINE_FEED || code === QUOTE) break;
    }
    if (end > at) this.take(text.slice(at, end));
    if (end === text.length) return end;
    if (code === this.#delimiter) this.endCell();
    else if (code === QUOTE) this.openQuote();
    else this.lineFeed();
    return end + 1;
  }

  private openQuote(): void {
    if (this.#state === 'plain' && this.#cell === '') {
      this.#state = 'quoted';
      return;
    }
    this.#problem ??= UNESCAPED;
    this.take('"');
  }

  private lineFeed(): void {
    const text = this.#state === 'closed' ? this.#after : this.#cell;
    const returned = text.endsWith('\r');
    if (this.#first) this.wrongLineEnding = returned !== this.#crlf;
    if (this.#crlf && !returned && !this.#first) {
      this.take('\n');
      return;
    }
    if (this.#crlf && returned) this.dropReturn();
    this.endRow();
  }

  private dropReturn(): void {
    if (this.#state === 'closed') this.#after = this.#after.slice(0, -1);
    else this.#cell = this.#cell.slice(0, -1);
  }

  private take(text: string): void {
    this.#size += text.length;
    if (this.#size > ROW_LIMITS.characters) return;
    if (this.#state === 'closed') this.#after += text;
    else this.#cell += text;
  }

  private endCell(): void {
    if (this.#after !== '') this.#problem ??= UNESCAPED;
    if (this.#cell.length > ROW_LIMITS.fieldCharacters) {
      this.#problem ??= `A field has more than ${ROW_LIMITS.fieldCharacters} characters`;
    }
    if (this.#cells.length < ROW_LIMITS.fields) this.#cells.push(this.#cell + this.#after);
    else this.#problem ??= `A row has more than ${ROW_LIMITS.fields} fields`;
    this.#cell = '';
    this.#after = '';
    this.#state = 'plain';
  }

  private endRow(): void {
    const empty = this.#cells.length === 0 && this.#cell === '' && this.#state === 'plain';
    if (empty) return;
    if (this.#size > ROW_LIMITS.characters) {
      this.#problem ??= `A row has more than ${ROW_LIMITS.characters} characters`;
    }
    this.endCell();
    this.#rows.push({ cells: this.#cells, problem: this.#problem });
    this.#cells = [];
    this.#problem = undefined;
    this.#size = 0;
    this.#first = false;
  }
}
