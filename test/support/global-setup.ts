/** One stack for the whole run: what the environment names, else one of its own. What tests write goes with the run. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackDown, stackUp } from '../../sandbox/stack/index.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-test-'));
  // Servers that refuse to run as root have to go there, too.
  chmodSync(folder, 0o755);
  const options = {
    dir: join(folder, 'stack'),
    // A copy: what is set below must not make the run's own stack somebody else's.
    env: { ...process.env },
    onProgress: (text: string) => console.error(text),
  };
  const down = async (): Promise<void> => {
    await stackDown({ ...options, purge: true });
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const { kafkaBrokers, schemaRegistryUrl } = await stackUp(options).catch(
    async (error: unknown) => {
      await down();
      throw error;
    },
  );
  process.env['KAFKA_BROKERS'] = kafkaBrokers;
  process.env['SCHEMA_REGISTRY_URL'] = schemaRegistryUrl;
  process.env['TMPDIR'] = folder;
  return down;
}
