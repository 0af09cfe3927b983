import type { User } from '../org/types.ts';
import { asOn, kindOf, mayRead } from './channels.ts';
import type { Channel } from './channels.ts';
import type { LoggedEvent } from './event-log.ts';
import { withoutHiddenFields } from './field-security.ts';
import type { EventSchemaProvider } from './schemas.ts';

/** Whether the event is on the channel, and for this user. */
export function isFor(user: User, channel: Channel, event: LoggedEvent): boolean {
  return mayRead(user, event.entity, kindOf(event.topic)) && channel.includes(event);
}

/** The event as this user gets it on the channel: enriched, and without the fields that are hidden from them. */
export function shownTo(
  user: User,
  channel: Channel,
  event: LoggedEvent,
  schemas: EventSchemaProvider,
): LoggedEvent {
  const shown = asOn(channel.topic, event);
  const { hiddenFields = [] } = user;
  return hiddenFields.length === 0 ? shown : withoutHiddenFields(shown, hiddenFields, schemas);
}
