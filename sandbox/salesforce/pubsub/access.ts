import type { Metadata } from '@grpc/grpc-js';
import { mayRead } from '../events/channels.ts';
import type { Channel, Channels } from '../events/channels.ts';
import type { Org, User } from '../org/types.ts';
import { PubSubError } from './errors.ts';

const HEADERS = ['accesstoken', 'instanceurl', 'tenantid'] as const;

/** Who calls; asked again whenever something is delivered, for a session can end at any time. */
export class Caller {
  readonly #org: Org;
  readonly #token: string;
  readonly #tenant: string;

  /** Throws PubSubError where a header is missing or the session isn't valid. */
  constructor(org: Org, metadata: Metadata) {
    const [token, , tenant] = HEADERS.map((name) => headerOf(metadata, name));
    this.#org = org;
    this.#token = token ?? '';
    this.#tenant = tenant ?? '';
    this.user();
  }

  /** As the org has the user now; throws PubSubError once the session has ended. */
  user(): User {
    const user = this.#org.session(this.#token)?.user;
    const sameOrg = this.#tenant.slice(0, 15) === this.#org.id.slice(0, 15);
    if (user !== undefined && user.apiEnabled && sameOrg) return user;
    throw new PubSubError(
      'service.auth.error',
      'An authentication exception occurred. Provide valid authentication via metadata headers.',
    );
  }
}

function headerOf(metadata: Metadata, name: string): string {
  const value = metadata.get(name)[0];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new PubSubError(
    'service.auth.headers.invalid',
    `The metadata header ${name} is missing or blank. Provide ${HEADERS.join(', ')}.`,
  );
}

/** Throws PubSubError where the topic is blank or there is none. */
export function requireChannel(channels: Channels, topic: string): Channel {
  if (topic.trim() === '') {
    throw new PubSubError('topic.validation.empty', "The topic name can't be blank.");
  }
  const channel = channels.find(topic);
  if (channel !== undefined) return channel;
  throw new PubSubError('topic.not.found', `The topic ${topic} doesn't exist or isn't enabled.`);
}

/** On a channel with one entity the caller must be allowed to read it; others are filtered as they are delivered. */
export function maySubscribe(user: User, channel: Channel): boolean {
  return channel.entity === undefined || mayRead(user, channel.entity, channel.kind);
}
