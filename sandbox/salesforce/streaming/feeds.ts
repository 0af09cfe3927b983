/** What stands behind a channel's name: a log, which of its events are wanted, and how one is shown. */
import { kindOf, mayRead } from '../events/channels.ts';
import type { Channel } from '../events/channels.ts';
import { isFor, shownTo } from '../events/delivery.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { EventLog, LoggedEvent } from '../events/event-log.ts';
import { SalesforceError } from '../org/types.ts';
import type { RecordValues, User } from '../org/types.ts';
import { cannotCreate, ERRORS, missingQueryFields, noSuchChannel, Refusal } from './errors.ts';
import { changeEventData, platformEventData } from './event-json.ts';
import type { GenericChannels } from './generic-channels.ts';
import type { Notifications } from './notifications.ts';
import type { PushTopics } from './push-topics.ts';
import { readTopicFilter } from './topic-filter.ts';

export interface Feed {
  readonly log: EventLog;
  /** Counts its subscribers, across filters; undefined where nobody counts. */
  readonly countedAs: string | undefined;
  wanted(event: LoggedEvent, user: User): boolean;
  /** `data` of a message to this user, as JSON. */
  data(event: LoggedEvent, user: User): string;
}

export interface FeedSources {
  readonly events: EventBus;
  readonly notifications: Notifications;
  readonly topics: PushTopics;
  readonly generic: GenericChannels;
}

/** Throws Refusal in Salesforce's words where there is no such channel, or it isn't for this user. */
export function feedOf(sources: FeedSources, channel: string, user: User): Feed {
  if (!channel.startsWith('/')) throw new Refusal(ERRORS.noLeadingSlash);
  const [name = '', filter] = channel.split(/\?(.*)/s);
  if (name.startsWith('/topic/')) return topicFeed(sources, name, filter, user);
  if (name.startsWith('/u/')) return genericFeed(sources, name);
  if (name.startsWith('/data/') || name.startsWith('/event/')) {
    return eventFeed(sources.events, name, user);
  }
  const reserved = name.startsWith('/meta/') || name.startsWith('/service/');
  throw new Refusal(reserved ? ERRORS.restricted : cannotCreate(name));
}

function eventFeed(events: EventBus, name: string, user: User): Feed {
  const channel = events.channels.find(name);
  if (channel === undefined) throw new Refusal(ERRORS.createDenied);
  checkAccess(channel, user);
  return {
    log: events.log,
    countedAs: undefined,
    wanted: (event, reader) => isFor(reader, channel, event),
    data: (event, reader) => {
      const schema = events.schemaById(event.schemaId);
      if (schema === undefined) throw new TypeError(`No schema ${event.schemaId}.`);
      const shown = shownTo(reader, channel, event, events);
      return kindOf(event.topic) === 'event'
        ? platformEventData(shown, schema)
        : changeEventData(shown, schema);
    },
  };
}

/** A channel of one entity is refused here; of several, each event is looked at when it is delivered. */
function checkAccess({ entity, kind }: Channel, user: User): void {
  if (entity === undefined || mayRead(user, entity, kind)) return;
  const hidden = user.hiddenObjects.includes(entity);
  throw new Refusal(hidden ? ERRORS.createDenied : ERRORS.noViewAllData);
}

function topicFeed(
  { notifications, topics }: FeedSources,
  name: string,
  filter: string | undefined,
  user: User,
): Feed {
  const topic = topics.find(name.slice('/topic/'.length));
  if (topic === undefined) throw new Refusal(noSuchChannel(name));
  const { object, selected } = readQuery(topics, topic);
  if (user.hiddenObjects.includes(object.name)) throw new Refusal(ERRORS.noEntityAccess);
  const passes = readTopicFilter(filter, selected);
  return {
    log: notifications.log,
    countedAs: name,
    wanted: (event, reader) =>
      event.topic === name &&
      !reader.hiddenObjects.includes(event.entity) &&
      passes(notifications.content(event)),
    data: (event) => notifications.data(event),
  };
}

/** Fields may be dropped after a PushTopic was saved. */
function readQuery(topics: PushTopics, topic: RecordValues): ReturnType<PushTopics['queryOf']> {
  try {
    return topics.queryOf(topic);
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const [, field = String(topic['Query'])] = /column '(\w+)'/.exec(error.message) ?? [];
    throw new Refusal(missingQueryFields([field]));
  }
}

function genericFeed({ notifications, generic }: FeedSources, name: string): Feed {
  const found = generic.find(name);
  if (found === undefined) throw new Refusal(ERRORS.unknownChannel);
  if (!found.exact) throw new Refusal(ERRORS.caseDiffers);
  return {
    log: notifications.log,
    countedAs: name,
    wanted: (event, reader) =>
      event.topic === name && (notifications.audience(event)?.includes(reader.id) ?? true),
    data: (event) => notifications.data(event),
  };
}
