/** Clauses on what lies in a connector's folder: 8, 16, 18. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './support.ts';
import type { Check } from './types.ts';

function ofFolder(run: (folder: string) => void): Check {
  return async ({ world }) => {
    if (world.folder === undefined) return 'the world names no folder';
    run(world.folder);
    return undefined;
  };
}

function readme(folder: string): string {
  const file = join(folder, 'README.md');
  must(existsSync(file), 'There is no README.md.');
  return readFileSync(file, 'utf8');
}

export const statesItsGuarantee = ofFolder((folder) => {
  must(
    /(at least|effectively|exactly) once/i.test(readme(folder)),
    'README.md doesn’t say whether delivery is at least, effectively or exactly once.',
  );
});

export const explainsItself = ofFolder((folder) => {
  const text = readme(folder);
  for (const topic of ['config', 'deliver', 'limit', 'trouble']) {
    must(
      new RegExp(`^(#+ |\\*\\*).*${topic}`, 'im').test(text),
      `README.md has no section about ${topic}….`,
    );
  }
});

const OWN_TIME = /\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bMath\.random\(/;

export const takesTheClock = ofFolder((folder) => {
  const files = globSync('**/*.{ts,js,mjs}', { cwd: folder }).filter(
    (file) => !/(^|\/)(node_modules|test)\/|\.test\./.test(file),
  );
  for (const file of files) {
    const code = readFileSync(join(folder, file), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/(^|\s)\/\/.*$/gm, '');
    const [found] = OWN_TIME.exec(code) ?? [];
    must(found === undefined, `${file} uses ${found}: take context.clock, or hand randomness in.`);
  }
});
