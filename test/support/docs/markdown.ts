/** What is in the pages: links, headings, commands. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MarkdownPage {
  /** From the root. */
  readonly path: string;
  readonly text: string;
}

/** Every page of the checkout. */
export function markdownPages(root: string): readonly MarkdownPage[] {
  return globSync('**/*.md', {
    cwd: root,
    exclude: (name) => ['node_modules', 'dist', '.headwater', '.git'].includes(name),
  })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const FENCE = /^ *(```|~~~)([^\n]*)\n([\s\S]*?)^ *\1 *$/gm;

/** Targets of `[text](target)`, those in code left out. */
export function linksOf({ text }: MarkdownPage): readonly string[] {
  const prose = text.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, '`');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(
    ([, target]) => target ?? '',
  );
}

/** The anchors of its headings, as GitHub makes them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, title = ''] of text.replaceAll(FENCE, '').matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const slug = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

export interface WrittenCommand {
  /** After `headwater`. */
  readonly words: readonly string[];
  /** In prose, where arguments may be left out. */
  readonly isMention: boolean;
}

/** Every `headwater` command: lines of shell code, and code in prose without an ellipsis. */
export function commandsOf({ text }: MarkdownPage): readonly WrittenCommand[] {
  const shell = [...text.matchAll(FENCE)].flatMap(([, , language = '', code = '']) =>
    ['', 'sh', 'bash', 'console'].includes(language.trim())
      ? code.replaceAll('\\\n', ' ').split('\n')
      : [],
  );
  const inline = [...text.replaceAll(FENCE, '').matchAll(/`([^`\n]*)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => !/…|\|/.test(code));
  const own = shell.map((line) => ({ line, isMention: false }));
  const told = inline.map((line) => ({ line, isMention: true }));
  return [...own, ...told].flatMap(({ line, isMention }) => {
    const words = shellWords(line.trim().replace(/^\$ /, ''));
    const at = words[0] === 'npx' ? 1 : 0;
    return words[at] === 'headwater' && words.length > at + 1
      ? [{ words: words.slice(at + 1), isMention }]
      : [];
  });
}

/** The words of a line's first command; quotes taken off. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  for (const [token] of line.matchAll(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g)) {
    if (/^[#|><;&]/.test(token)) break;
    words.push(token.replaceAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"/g, '$1$2'));
  }
  return words;
}
