/**
 * Goal: the rules of the house hold by test, each one such that a reader would miss it.
 * Method: read every source file once; a failure names the file and the way out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pageText, propertyPages } from './support/docs/property-pages.ts';

const root = join(import.meta.dirname, '..');
const files = globSync('{src,connectors,sandbox,testing,test}/**/*.ts', { cwd: root }).map(
  (path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }),
);
/** Code without its comments: prose may say "any". */
const code = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
const product = files.filter(({ path }) => !path.startsWith('test/'));

/** Lower never imports upper (design: layout). Folders on one line don't import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/foundation'],
  ['src/data'],
  ['src/config'],
  ['src/sdk'],
  ['src/kafka', 'src/registry'],
  ['src/converters', 'src/transforms', 'src/storage'],
  ['src/runtime'],
  ['src/herder'],
  ['src/rest', 'src/cli'],
];
const rank = new Map(LAYERS.flatMap((folders, i) => folders.map((folder) => [folder, i] as const)));

function imports({ path, text }: { path: string; text: string }): readonly string[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map(([, target]) => normalize(join(dirname(path), target ?? '')));
}

const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');

function violations(
  check: (file: { path: string; text: string }, target: string) => boolean,
): readonly string[] {
  return product.flatMap((file) =>
    imports(file)
      .filter((target) => check(file, target))
      .map((target) => `${file.path} imports ${target}`),
  );
}

describe('imports', () => {
  test('a lower layer of src never imports an upper one', () => {
    const upward = violations(({ path }, target) => {
      const from = rank.get(folderOf(path));
      const to = rank.get(folderOf(target));
      return from !== undefined && to !== undefined && to > from;
    });
    expect(upward).toEqual([]);
  });

  test('only main.ts hands connectors and the sandbox to the runtime', () => {
    const reaching = violations(
      ({ path }, target) =>
        path.startsWith('src/') && path !== 'src/main.ts' && /^(connectors|sandbox)\//.test(target),
    );
    expect(reaching).toEqual([]);
  });

  test('a connector sees the sdk and its own vendor folder', () => {
    const outside = violations(({ path }, target) => {
      if (!path.startsWith('connectors/')) return false;
      return target !== 'src/sdk/index.ts' && folderOf(target) !== folderOf(path);
    });
    expect(outside).toEqual([]);
  });

  test('the conformance kit sees what a connector sees, and how properties are checked', () => {
    const outside = violations(({ path }, target) => {
      if (!path.startsWith('testing/') || target.startsWith('testing/')) return false;
      const isSandbox = path === 'testing/index.ts' && target === 'sandbox/index.ts';
      return !isSandbox && !/^src\/(sdk|config|foundation)\//.test(target);
    });
    expect(outside).toEqual([]);
  });

  test('the sandbox shares no codec with the connectors', () => {
    const shared = violations(
      ({ path }, target) =>
        path.startsWith('sandbox/salesforce/') &&
        !target.startsWith('sandbox/') &&
        !target.startsWith('src/foundation/'),
    );
    expect(shared).toEqual([]);
  });

  test('protocol clients do not know the sdk', () => {
    const knowing = violations(
      ({ path }, target) =>
        path.startsWith('connectors/salesforce/pubsub/') &&
        target === 'src/sdk/index.ts' &&
        !/import type .*sdk/.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(knowing).toEqual([]);
  });
});

describe('banned text', () => {
  const BANNED: readonly [RegExp, RegExp, string][] = [
    [/\bDate\.now\(/, /^(src|connectors)\/(?!foundation\/clock)/, 'take the Clock'],
    [
      /\bsetTimeout\(|\bsetInterval\(/,
      /^(src|connectors)\/(?!foundation\/clock)/,
      'take the Clock',
    ],
    [/\bMath\.random\(/, /^(src|connectors)\/(?!foundation\/)/, 'hand randomness in'],
    [
      /\bprocess\.env\b/,
      /^connectors\/|^src\/(?!config\/|cli\/|main\.ts|foundation\/)/,
      'read it in main',
    ],
    [/\bas any\b|: any\b|@ts-ignore/, /./, 'type it, or use unknown'],
    [/\b(it|test|describe)\.only\(/, /^test\//, 'run them all'],
    [/\b(TODO|FIXME|XXX)\b/, /^(src|connectors|sandbox)\//, 'finish it or write an issue'],
  ];

  test.each(BANNED)('%s', (pattern, where, instead) => {
    const found = files
      .filter(({ path }) => where.test(path) && path !== 'test/tidy.test.ts')
      .filter(({ text }) => pattern.test(code(text)))
      .map(({ path }) => `${path}: ${instead}`);
    expect(found).toEqual([]);
  });
});

describe('reading', () => {
  test('every folder a reader enters first has a README', () => {
    const folders = [
      ...LAYERS.flat(),
      'connectors',
      'connectors/salesforce',
      'connectors/warehouse',
      'connectors/file',
      'sandbox',
      'sandbox/stack',
      'sandbox/salesforce',
      'testing',
    ];
    expect(folders.filter((folder) => !existsSync(join(root, folder, 'README.md')))).toEqual([]);
  });

  test('no file is longer than a room: 450 lines', () => {
    const long = product
      .filter(({ path }) => !path.includes('/objects/'))
      .filter(({ text }) => text.split('\n').length > 450)
      .map(({ path }) => path);
    expect(long).toEqual([]);
  });

  test('every numbered invariant is cited where it is upheld and in a test', () => {
    const cited = (all: readonly { text: string }[]): readonly number[] =>
      Array.from({ length: 10 }, (_, i) => i + 1).filter(
        (n) => !all.some(({ text }) => new RegExp(`Invariants? [^\\n]*\\b${n}\\b`).test(text)),
      );
    expect({
      code: cited(product),
      tests: cited(files.filter(({ path }) => path.startsWith('test/'))),
    }).toEqual({ code: [], tests: [] });
  });
});

describe('pages', () => {
  test('docs/properties says what the definitions say; else: npx vitest run test/unit/docs -u', async () => {
    const stale = (await propertyPages())
      .map((page) => ({ path: join(root, 'docs/properties', page.file), text: pageText(page) }))
      .filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
      .map(({ path }) => path);
    expect(stale).toEqual([]);
  });
});

/** Alone it takes 15 s; beside other tests on a busy machine it took 115. */
const CHECKED_WITHIN_MS = 240_000;

describe('tools', () => {
  test(
    'types, lint and format hold',
    () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/setup.js', 'check'], {
        cwd: root,
        encoding: 'utf8',
      });
      expect(status, `${stdout}${stderr}`).toBe(0);
    },
    CHECKED_WITHIN_MS,
  );
});
