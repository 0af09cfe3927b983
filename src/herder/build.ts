import { RunningConnector, type RunningConnectorOptions } from './connector.ts';
import type { PluginCatalog } from './plugins.ts';
import type { Reloads } from './reloads.ts';
import { requireValid } from './validation.ts';

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
 * A connector of checked properties, not started. Throws as `requireValid`. Without `reachOut`, the outside world isn't
 * asked.
 */
export async function buildConnector(
  given: Given,
  plugins: PluginCatalog,
  reloads: Reloads,
  signal: AbortSignal,
  reachOut: boolean,
): Promise<RunningConnector> {
  const { written, deps } = given;
  const plugin = await requireValid(written, plugins, deps, signal, reachOut);
  const resolved = await reloads.resolve(given.name, written);
  return new RunningConnector({ ...given, plugin, resolved });
}
