/** A package for `plugin.path`: a source of as many tasks as asked for, which never has a record. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = `
const plugin = {
  create: () => ({ plan: async (tasksMax) => Array.from({ length: tasksMax }, () => ({})) }),
  openTask: async () => ({
    poll: (signal) =>
      new Promise((resolve) => {
        const done = () => resolve({ records: [] });
        if (signal.aborted) done();
        else signal.addEventListener('abort', done, { once: true });
      }),
    [Symbol.asyncDispose]: async () => {},
  }),
};
export const plugins = [
  { class: 'bench.IdleSource', aliases: ['IdleSource'], type: 'source', version: '1.0.0', config: [], load: async () => plugin },
];
`;

/** Returns the folder for `plugin.path`. */
export function writeIdlePlugin(folder: string): string {
  const own = join(folder, 'idle-source');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'index.js'), SOURCE);
  writeFileSync(
    join(own, 'package.json'),
    JSON.stringify({ name: 'idle-source', version: '1.0.0', type: 'module', main: 'index.js' }),
  );
  return own;
}
