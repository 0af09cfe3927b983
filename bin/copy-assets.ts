/** After `tsc`: what isn't TypeScript but belongs beside it in `dist`. */
import { cpSync, globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
for (const pattern of [
  '{src,connectors,sandbox}/**/*.{proto,json,xml,properties}',
  'sandbox/**/{force-app,data}/**/*.*',
  'sandbox/salesforce/page/static/**/*.*',
]) {
  for (const file of globSync(pattern, { cwd: root })) {
    cpSync(join(root, file), join(root, 'dist', file));
  }
}
