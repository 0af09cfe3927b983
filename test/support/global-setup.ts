/** One stack for the whole run: what the environment names, else one of its own in a temporary folder. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackDown, stackUp } from '../../sandbox/stack/index.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const options = {
    dir: mkdtempSync(join(tmpdir(), 'headwater-stack-')),
    // A copy: what is set below must not make the run's own stack somebody else's.
    env: { ...process.env },
    onProgress: (text: string) => console.error(text),
  };
  const down = (): Promise<void> => stackDown({ ...options, purge: true });
  const { kafkaBrokers, schemaRegistryUrl } = await stackUp(options).catch(
    async (error: unknown) => {
      await down();
      throw error;
    },
  );
  process.env['KAFKA_BROKERS'] = kafkaBrokers;
  process.env['SCHEMA_REGISTRY_URL'] = schemaRegistryUrl;
  return down;
}
