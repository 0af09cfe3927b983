/** The records of a change topic are deltas: compaction drops the older ones, and the newest doesn't hold what they said. */
import {
  AppError,
  type Config,
  type ConnectorContext,
  type Finding,
} from '../../../src/sdk/index.ts';
import { TOPIC_PREFIX } from './config.ts';

const ASKED = /^topic\.creation\.[^.]+\.cleanup\.policy$/;

/** Topic creation that asks for compaction. Pure. */
export function compactionFindings({ properties }: Config): readonly Finding[] {
  return Object.entries(properties)
    .filter(([name, value]) => ASKED.test(name) && value.includes('compact'))
    .map(([path]) => ({
      path,
      message: 'The records are deltas, of which compaction would keep the last alone: use delete.',
    }));
}

/** Throws `config` for a topic that is there and compacted. */
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
