/**
 * Goal: completions are made of the commands.
 * Method: bash itself is asked what may follow, by the script that it would source.
 */
import { spawnSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { placesOf, type Completable } from '../../../src/cli/completion.ts';
import { bashScript, zshScript } from '../../../src/cli/completion-scripts.ts';

function commands(): readonly Completable[] {
  const things = new Command('headwater things')
    .option('--url <url>', "a worker's address: http or https")
    .addOption(new Option('--old <url>').hideHelp());
  things.command('list').description('all');
  things.command('apply').argument('<files...>').option('--dry-run', "does nothing; it's a look");
  const run = new Command('headwater run').argument('<worker-file>').option('--level <l>', 'how');
  return [
    { name: 'run', summary: 'runs', words: [], built: run },
    {
      name: 'run status',
      summary: 'how it is',
      words: [],
      built: new Command('s').option('--json'),
    },
    { name: 'things', summary: 'shows things', words: [], built: things },
    { name: 'stack', summary: '', words: ['up', 'down'], built: undefined },
  ];
}

const places = placesOf(commands());
const bash = bashScript(places, ['--url', '--level']);

/** What bash offers after these words, the last of them begun. */
function offered(...words: readonly string[]): readonly string[] {
  const line = ['headwater', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${bash}\nCOMP_WORDS=(${line})\nCOMP_CWORD=${words.length}\n_headwater 2>/dev/null\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.split('\n').filter((word) => word !== '');
}

test.each([
  [[''], ['run', 'things', 'stack']],
  [['th'], ['things']],
  [
    ['things', ''],
    ['list', 'apply'],
  ],
  [['things', 'a'], ['apply']],
  [
    ['things', '-'],
    ['--url', '--help'],
  ],
  [
    ['things', '--url', 'http://x', ''],
    ['list', 'apply'],
  ],
  [
    ['things', 'apply', '--'],
    ['--dry-run', '--url', '--help'],
  ],
  [['things', 'apply', ''], []],
  [['things', '--url', ''], []],
  [
    ['stack', ''],
    ['up', 'down'],
  ],
  [['run', 's'], ['status']],
  [
    ['run', 'status', '--'],
    ['--json', '--help'],
  ],
  [
    ['nope', ''],
    ['run', 'things', 'stack'],
  ],
])('after %j bash offers %j', (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test('files are offered where a command takes some', () => {
  const taking = places.filter(({ files }) => files).map(({ path }) => path);
  expect(taking).toEqual([' run', ' things apply']);
});

test("zsh's words have their summaries, with quotes and colons kept apart", () => {
  const script = zshScript(places, ['--url']);
  expect(script).toMatch(/^#compdef headwater\n/);
  expect(script).toContain(`'things:shows things'`);
  expect(script).toContain(`'--url:a worker'\\''s address: http or https'`);
  expect(script).toContain(`'--dry-run:does nothing; it'\\''s a look'`);
});
