/** How a job's CSV is written. */
export const DELIMITERS = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
} as const;

export const LINE_ENDINGS = { LF: '\n', CRLF: '\r\n' } as const;

export interface Dialect {
  readonly columnDelimiter: keyof typeof DELIMITERS;
  readonly lineEnding: keyof typeof LINE_ENDINGS;
}

/** One line, its end included; everything is quoted, so that any reader of CSV gets along. */
export function csvLine(
  cells: readonly string[],
  { columnDelimiter, lineEnding }: Dialect,
): string {
  return cells.map(quoted).join(DELIMITERS[columnDelimiter]) + LINE_ENDINGS[lineEnding];
}

function quoted(cell: string): string {
  return cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : `"${cell}"`;
}
