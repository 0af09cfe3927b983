// @ts-check
import { stat } from 'node:fs/promises';

/** @import { Finding } from 'headwater/sdk' */

/**
 * What is wrong with the folder, on its property.
 * @param {string} folder
 * @returns {Promise<readonly Finding[]>}
 */
export async function folderFindings(folder) {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return [];
  return [{ path: 'folder', message: `There is no folder ${folder}. Make it first.` }];
}
