import type { ConfigDef, Properties } from '../../config/definition.ts';
import {
  createConfigProviders,
  type ConfigProviderClass,
  type ConfigProviders,
} from '../../config/providers.ts';
import { resolveReferences } from '../../config/references.ts';
import { hideSecrets } from '../../config/secrets.ts';
import { unknownProperties } from '../../config/unknown.ts';
import { findingsOf, validateConfig } from '../../config/validate.ts';
import { reasonIgnored } from '../../config/worker-ignored.ts';
import { WORKER_PREFIXES, workerDef } from '../../config/worker.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import type { Redactor } from '../../foundation/redact.ts';

export interface WorkerProperties {
  /** References resolved, defaults filled in. */
  readonly properties: Properties;
  /** For the connectors: whatever they resolve is kept out of logs. */
  readonly providers: ConfigProviders;
}

/**
 * Checks and completes what a worker's file says; tells `redactor` every secret. Throws one `config` error that
 * lists all that is wrong.
 */
export async function resolveWorker(
  written: Properties,
  redactor: Redactor,
  log: Log,
  providerClasses: readonly ConfigProviderClass[] = [],
): Promise<WorkerProperties> {
  const providers = createConfigProviders(written, process.env, providerClasses);
  const resolved = await resolveReferences(written, providers);
  const def = workerDef(resolved).filter(
    ({ name }) =>
      name !== 'offset.storage.file.filename' || resolved['offset.storage.topic'] === undefined,
  );
  const hidden = hideSecrets(def, resolved);
  for (const [name, value] of Object.entries(resolved)) {
    if (hidden[name] !== value) redactor.add(value);
  }
  const [first, ...more] = findingsOf(
    validateConfig(def, resolved, { name: 'worker', written, prefixes: WORKER_PREFIXES }),
  );
  if (first !== undefined) {
    const message = [first, ...more].map((finding) => finding.message).join(' ');
    throw new AppError('config', 'worker.invalid', redactor.redact(message), { path: first.path });
  }
  for (const message of warnings(def, resolved)) log.warn(message);
  const defaults = def.flatMap(({ name, default: value }) =>
    value === undefined || value === null || value === '' ? [] : [[name, value] as const],
  );
  return {
    properties: { ...Object.fromEntries(defaults), ...resolved },
    providers: redacted(providers, redactor),
  };
}

/** What the file says in vain: names that nobody knows, and Connect's that do nothing here. */
function warnings(def: ConfigDef, properties: Properties): readonly string[] {
  const ignored = Object.keys(properties).flatMap((name) => {
    const reason = reasonIgnored(name, def);
    return reason === undefined ? [] : [`${name} is accepted and does nothing: ${reason}`];
  });
  const unknown = unknownProperties(def, properties, WORKER_PREFIXES).warnings.filter(
    ({ path }) => reasonIgnored(path, def) === undefined,
  );
  return [...unknown.map(({ message }) => message), ...ignored];
}

/** Providers that tell the redactor each value they give out. */
function redacted(providers: ConfigProviders, redactor: Redactor): ConfigProviders {
  return new Map(
    [...providers].map(([alias, provider]) => [
      alias,
      {
        get: async (path, key) => {
          const value = await provider.get(path, key);
          if (value !== undefined) redactor.add(typeof value === 'string' ? value : value.value);
          return value;
        },
      },
    ]),
  );
}
