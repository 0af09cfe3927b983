/** Goal: no page sends its reader to a place that isn't there, or has them type a command that is refused. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { refusal } from '../../support/docs/command-lines.ts';
import { anchorsOf, commandsOf, linksOf, markdownPages } from '../../support/docs/markdown.ts';
import { root } from '../../support/docs/property-pages.ts';

const pages = markdownPages(root);
const textOf = new Map(pages.map(({ path, text }) => [path, text]));

/** What is wrong with a link; undefined when it leads somewhere, or out of the checkout. */
function deadLink(from: string, target: string): string | undefined {
  if (/^[a-z]+:/i.test(target)) return undefined;
  const [file = '', anchor] = decodeURIComponent(target).split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file)).replace(/\/$/, '');
  const there = join(root, path);
  if (!existsSync(there)) return `${from}: ${target} isn't there`;
  if (anchor === undefined) return undefined;
  const text = statSync(there).isDirectory() ? undefined : textOf.get(path);
  return text !== undefined && anchorsOf(text).has(anchor)
    ? undefined
    : `${from}: ${target} has no such heading`;
}

test('every link within the checkout leads to a file and to a heading', () => {
  const links = pages.flatMap((page) =>
    linksOf(page).map((target) => [page.path, target] as const),
  );
  expect(links.length).toBeGreaterThan(50);
  expect(links.flatMap(([from, target]) => deadLink(from, target) ?? [])).toEqual([]);
});

test('a dead link is found, and a dead heading', () => {
  expect(deadLink('README.md', 'docs/none.md')).toBe("README.md: docs/none.md isn't there");
  expect(deadLink('docs/guarantees.md', 'invariants.md#none')).toMatch(/has no such heading$/);
  expect(deadLink('docs/guarantees.md', '#the-worker')).toBeUndefined();
});

test('every headwater command in a page is one that the command line takes', async () => {
  const commands = pages.flatMap(commandsOf);
  expect(commands.length).toBeGreaterThan(20);
  const refused = await Promise.all(commands.map(refusal));
  expect(refused.filter((each) => each !== undefined)).toEqual([]);
});

test('a misspelt command and an option that isn’t there are found', async () => {
  const page = {
    path: 'x.md',
    text: '```sh\nheadwater connectors lst # all\nheadwater dlq list Q --wrker f\n```\n',
  };
  const refused = await Promise.all(commandsOf(page).map(refusal));
  expect(refused).toEqual([
    expect.stringContaining("unknown command 'lst'"),
    expect.stringContaining("unknown option '--wrker'"),
  ]);
});

test.each(['docs', 'docs/operations'])('every page in %s is reached from its index', (folder) => {
  const index = linksOf({ path: '', text: textOf.get(`${folder}/README.md`) ?? '' });
  const linked = new Set(
    index.map((target) => normalize(join(folder, target.split('#')[0] ?? ''))),
  );
  const own = pages
    .map(({ path }) => path)
    .filter((path) => dirname(path) === folder && path !== `${folder}/README.md`);
  expect(own.filter((path) => !linked.has(path))).toEqual([]);
});
