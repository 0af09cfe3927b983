import { invalidConfigMessage } from '../config/validate.ts';
import { AppError } from '../foundation/errors.ts';
import { RunningConnector, type RunningConnectorOptions } from './connector.ts';
import type { PluginCatalog } from './plugins.ts';
import type { Reloads } from './reloads.ts';
import { validateConnector } from './validation.ts';

type Given = Pick<
  RunningConnectorOptions,
  | 'name'
  | 'written'
  | 'target'
  | 'deps'
  | 'claims'
  | 'leftovers'
  | 'startups'
  | 'healing'
  | 'inTurn'
>;

/**
 * A connector of checked properties, not started. Throws `config` with everything that is wrong. Without
 * `reachOut`, the outside world isn't asked.
 */
export async function buildConnector(
  given: Given,
  plugins: PluginCatalog,
  reloads: Reloads,
  signal: AbortSignal,
  reachOut: boolean,
): Promise<RunningConnector> {
  const { written, deps } = given;
  const className = written['connector.class'];
  if (className === undefined) {
    throw new AppError(
      'config',
      'connector.class',
      `Connector config {${Object.keys(written).join(', ')}} contains no connector type`,
      { path: 'connector.class' },
    );
  }
  const plugin = plugins.toValidate(className, written);
  const infos = await validateConnector(plugin, written, deps, signal, reachOut);
  if (infos.error_count > 0) {
    throw new AppError('config', 'connector.invalid', invalidConfigMessage(infos));
  }
  const resolved = await reloads.resolve(given.name, written);
  return new RunningConnector({ ...given, plugin, resolved });
}
