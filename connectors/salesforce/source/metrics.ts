/** What an operator must see of a source's channels. */
import type { SourceTaskContext } from '../../../src/sdk/index.ts';
import { messageOf } from '../../../src/sdk/index.ts';
import type { Rest } from '../api/rest.ts';
import type { ChannelStream } from './channel-stream.ts';

/** Salesforce keeps events this long. */
const RETENTION_MS = 72 * 3_600_000;
const HOUR_MS = 3_600_000;
/** The allocation is asked for this often: one REST call each. */
const ALLOCATION_EVERY_MS = 600_000;

/** Registers the gauges; disposing removes them. */
export function observe(
  context: SourceTaskContext,
  streams: readonly ChannelStream[],
  rest: Pick<Rest, 'deliveriesLeft'>,
): Disposable {
  const stack = new DisposableStack();
  const { metrics, clock } = context;
  for (const stream of streams) {
    const labels = { channel: stream.channel };
    const gauge = (name: string, help: string, read: () => number): void => {
      stack.use(metrics.observedGauge(`headwater_salesforce_${name}`, help, labels, read));
    };
    const eventAge = (): number =>
      stream.lastEventAt === undefined ? Number.NaN : clock.now() - stream.lastEventAt;
    gauge('last_event_age_seconds', 'Age of the newest event taken.', () => eventAge() / 1_000);
    gauge(
      'last_message_age_seconds',
      'Time since the channel said anything, keepalives included.',
      () => stream.subscription.silenceMs / 1_000,
    );
    gauge('reopenings', 'Times the stream was reopened.', () => stream.subscription.reopenings);
    gauge(
      'replay_age_seconds',
      'Age of the position the channel would be resumed from; Salesforce keeps events for 72 hours.',
      () => stream.positionAgeMs(clock.now()) / 1_000,
    );
    gauge(
      'hours_to_horizon',
      'Hours until the position is older than Salesforce keeps events, if nothing came any more.',
      () => (RETENTION_MS - stream.positionAgeMs(clock.now())) / HOUR_MS,
    );
  }
  stack.use(watchAllocation(context, rest));
  return stack;
}

function watchAllocation(
  { metrics, clock, log }: SourceTaskContext,
  rest: Pick<Rest, 'deliveriesLeft'>,
): Disposable {
  const left = metrics.gauge(
    'headwater_salesforce_delivery_allocation_left',
    'Events the org may still have delivered in this 24 hours.',
  );
  let timer: Disposable | undefined;
  const stopped = new AbortController();
  const ask = async (): Promise<void> => {
    try {
      const value = await rest.deliveriesLeft();
      if (value !== undefined) left.set(value);
    } catch (error) {
      log.debug('The delivery allocation is unknown.', { reason: messageOf(error) });
    }
    if (!stopped.signal.aborted) timer = clock.timer(ALLOCATION_EVERY_MS, () => void ask());
  };
  void ask();
  return {
    [Symbol.dispose]: () => {
      stopped.abort();
      timer?.[Symbol.dispose]();
    },
  };
}
