/** One sdk in a process: errors are known by their class, so a plugin must throw this copy's. */
import { registerHooks } from 'node:module';
import { extname } from 'node:path';

/**
 * What plugin packages are written against. Raised when a plugin for the former one wouldn't work any more; a
 * package says in its `package.json` for which it is made: `"headwater": { "plugins": "./plugin.js", "sdk": 1 }`.
 */
export const SDK_VERSION = 1;

const NAME = 'headwater/sdk';
let isShared = false;

/**
 * From now on `headwater/sdk` is this worker's own in every module that this thread loads, whatever copy the
 * importing package has among its dependencies, or if it has none.
 */
export function shareSdk(): void {
  if (isShared) return;
  isShared = true;
  const { url } = import.meta;
  const own = new URL(`./index${extname(url)}`, url).href;
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === NAME ? { url: own, shortCircuit: true } : nextResolve(specifier, context),
  });
}
