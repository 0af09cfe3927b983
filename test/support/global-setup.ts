/** One stack for the whole run: what the environment names, else one of its own in a temporary folder. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackDown, stackUp } from '../../sandbox/stack/index.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const options = {
    dir: mkdtempSync(join(tmpdir(), 'headwater-stack-')),
    env: process.env,
    onProgress: (text: string) => console.error(text),
  };
  const { kafkaBrokers, schemaRegistryUrl } = await stackUp(options);
  process.env['KAFKA_BROKERS'] = kafkaBrokers;
  process.env['SCHEMA_REGISTRY_URL'] = schemaRegistryUrl;
  return () => stackDown({ ...options, purge: true });
}
