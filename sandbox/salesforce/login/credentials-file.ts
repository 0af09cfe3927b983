import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSecretFile } from '../certificates.ts';
import type { Random } from '../org/random.ts';
import { createCredentials } from './connected-app.ts';
import type { AppCredentials } from './connected-app.ts';

const NAME = 'connected-app.json';

/** The application's credentials in `folder`, made where there are none. */
export async function readOrCreateCredentials(
  folder: string,
  random: Random,
): Promise<AppCredentials> {
  const file = join(folder, NAME);
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as AppCredentials;
  const credentials = await createCredentials(random);
  const text = JSON.stringify(credentials);
  await rename(await writeSecretFile(folder, `${NAME}.partial`, text), file);
  return credentials;
}
