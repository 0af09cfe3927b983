import { systemClock } from '../../../src/foundation/clock.ts';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { FastifyInstance } from 'fastify';
import type { EventLog } from '../events/event-log.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Random } from '../org/random.ts';
import type { Org } from '../org/types.ts';
import { Versions } from '../rest/versions.ts';
import { Clients } from './clients.ts';
import { GenericChannels } from './generic-channels.ts';
import type { GenericStreaming } from './generic-channels.ts';
import { registerCometd } from './http.ts';
import { Notifications } from './notifications.ts';
import { PushTopics } from './push-topics.ts';
import { StreamingService } from './service.ts';
import { DEFAULT_STREAMING_SETTINGS, noStreamingFaults } from './settings.ts';
import type { StreamingFaults, StreamingSettings } from './settings.ts';

export interface StreamingOptions {
  readonly org: Org;
  readonly events: EventBus;
  readonly random: Random;
  readonly settings?: Partial<StreamingSettings> | undefined;
  readonly faults?: StreamingFaults | undefined;
  readonly clock?: Clock | undefined;
}

/** Serves the Streaming API under `/cometd`, until the application closes. */
export function registerStreaming(
  app: FastifyInstance,
  options: StreamingOptions,
): { readonly generic: GenericStreaming; readonly notifications: EventLog } {
  const { org, events, random, clock = systemClock, faults = noStreamingFaults() } = options;
  const settings = { ...DEFAULT_STREAMING_SETTINGS, ...options.settings };
  const clients = new Clients(settings, clock);
  const notifications = new Notifications(org, random, settings);
  const topics = new PushTopics(org, notifications, settings.maxPushTopics);
  const online = (channel: string): readonly string[] => clients.usersOf(channel);
  const generic = new GenericChannels(org, notifications, online, settings.maxGenericChannels);
  const sources = { events, notifications, topics, generic };
  const service = new StreamingService({ org, sources, clients, settings, faults });
  registerCometd(app, service, settings, Versions.of(org));
  app.addHook('onClose', () => {
    topics[Symbol.dispose]();
    generic[Symbol.dispose]();
  });
  return { generic, notifications: notifications.log };
}
