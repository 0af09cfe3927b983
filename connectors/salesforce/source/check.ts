/** What only the org and the cluster can tell of a configuration: each finding on its property. */
import { distance } from 'fastest-levenshtein';
import {
  AppError,
  explain,
  type Config,
  type ConnectorContext,
  type Finding,
} from '../../../src/sdk/index.ts';
import { Rest } from '../api/rest.ts';
import { INSTANCE } from '../auth/config.ts';
import { openSession, type Session } from '../auth/session.ts';
import type { PubSubClient } from '../pubsub/client.ts';
import { PubSubError } from '../pubsub/errors.ts';
import { sessionClient } from '../pubsub/session-client.ts';
import { parseChannel, type Channel } from './channels.ts';
import { refuseCompacted } from './compaction.ts';
import { CHANNELS, PUBSUB_ENDPOINT, sourceOptions, TOPIC_PREFIX } from './config.ts';
import { streamFailure } from './failures.ts';

export async function checkSource(
  config: Config,
  context: ConnectorContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const options = sourceOptions(config);
  let session: Session;
  try {
    session = await openSession(config, context);
  } catch (error) {
    return [finding(error, INSTANCE)];
  }
  using _session = session;
  using client = sessionClient(session, options.endpoint, context.clock);
  const rest = new Rest(session.connection());
  const findings: Finding[] = [];
  for (const channel of options.channels.map(parseChannel)) {
    findings.push(...(await channelFindings(channel, client, rest, signal)));
    if (channel.entity !== undefined) {
      findings.push(...(await topicFindings(options.topicOf(channel.entity), context)));
    }
  }
  return findings;
}

async function channelFindings(
  channel: Channel,
  client: PubSubClient,
  rest: Rest,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const { canSubscribe } = await client.getTopic(channel.topic, signal);
    if (canSubscribe) return [];
    const message = `The user may not subscribe to ${channel.topic}: it needs View All on ${channel.entity ?? 'the entities'}.`;
    return [{ path: CHANNELS, message }];
  } catch (error) {
    if (!(error instanceof PubSubError)) return [finding(error, CHANNELS)];
    if (error.code === 'topic.not.found') {
      return [{ path: CHANNELS, message: await notFound(channel, rest) }];
    }
    const path = error.class === 'fatal' || error.class === 'auth' ? CHANNELS : PUBSUB_ENDPOINT;
    return [{ path, message: explain(streamFailure(channel.topic, error, undefined)) }];
  }
}

/** Why there is no such channel: no change events for the entity, or a name that is nearly another's. */
async function notFound({ topic, entity, kind }: Channel, rest: Rest): Promise<string> {
  const absent = `There is no channel ${topic}.`;
  if (entity === undefined) return absent;
  const names = await rest.objectNames();
  if (kind === 'change' && names.includes(entity)) {
    return `${entity} has no change events: select it under Setup, Change Data Capture.`;
  }
  const channels = names.flatMap(channelsOf).filter((each) => each.startsWith(topic.slice(0, 6)));
  const nearest = channels.toSorted((a, b) => distance(topic, a) - distance(topic, b))[0];
  if (nearest === undefined || distance(topic, nearest) > topic.length / 3) return absent;
  return `${absent} Did you mean ${nearest}?`;
}

function channelsOf(object: string): readonly string[] {
  if (object.endsWith('__e')) return [`/event/${object}`];
  if (object.endsWith('ChangeEvent')) return [`/data/${object}`];
  return [`/data/${object.replace(/__c$/, '__')}ChangeEvent`];
}

async function topicFindings(
  topic: string,
  context: ConnectorContext,
): Promise<readonly Finding[]> {
  try {
    await refuseCompacted(topic, context);
    return [];
  } catch (error) {
    // A cluster that is away doesn't hide what was found: the task tells of it.
    if (error instanceof AppError && error.kind === 'retriable') return [];
    return [finding(error, TOPIC_PREFIX)];
  }
}

function finding(error: unknown, path: string): Finding {
  const named = error instanceof AppError ? error.path : undefined;
  return { path: named ?? path, message: explain(error) };
}
