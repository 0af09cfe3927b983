import type { Properties } from '../../config/definition.ts';
import { environmentProperties } from '../../config/environment.ts';
import { loadPropertiesFile } from '../../config/files.ts';
import { AppError } from '../../foundation/errors.ts';

/** The file's, and over them those of `CONNECT_*` variables, as in the usual images. */
export async function workerProperties(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Properties> {
  const variables = environmentProperties(environment);
  if (file !== undefined) return { ...(await loadPropertiesFile(file)), ...variables };
  if (Object.keys(variables).length > 0) return variables;
  throw new AppError('config', 'cli.worker_file', "The worker's file is missing.", {
    suggestion: 'Name one, or set CONNECT_* variables (CONNECT_BOOTSTRAP_SERVERS, …).',
  });
}
