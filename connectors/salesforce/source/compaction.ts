import { AppError, type ConnectorContext } from '../../../src/sdk/index.ts';
import { TOPIC_PREFIX } from './config.ts';

/** Throws `config`: compaction drops a delta's older records, and the newest doesn't hold what they said. */
export async function refuseCompacted(
  topic: string,
  context: Pick<ConnectorContext, 'topicConfig'>,
): Promise<void> {
  const policy = (await context.topicConfig(topic))?.['cleanup.policy'] ?? '';
  if (!policy.includes('compact')) return;
  throw new AppError(
    'config',
    'salesforce.compacted',
    `${topic} is compacted, but its records are deltas.`,
    {
      path: TOPIC_PREFIX,
      suggestion: `Set its cleanup.policy to delete, or choose another ${TOPIC_PREFIX}.`,
    },
  );
}
