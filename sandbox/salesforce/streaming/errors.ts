/** What Salesforce writes into `error`, to the letter: clients compare it. */
import { LATEST_VERSION } from '../rest/versions.ts';

export const ERRORS = {
  authenticationInvalid: '401::Authentication invalid',
  authenticationRequired: '401::Request requires authentication',
  handshakeDenied: '403::Handshake denied',
  unknownClient: '403::Unknown client',
  noHandshake: '403::Client has not completed handshake',
  notEnabled: '403::User not enabled for streaming',
  tooManyClients: '403::Organization concurrent user limit exceeded',
  tooManyEvents: '403::Organization total events daily limit exceeded',
  tooManySubscribers: '403::Subscription limit exceeded for this topic',
  restricted: '403::Restricted channel',
  noViewAllData: '403::User not allowed to subscribe CDC without View All Data permissions',
  noEntityAccess: '403::Subscriber does not have access to the entity in this topic',
  /** Of a `/data` or `/event` channel that there isn't, or that isn't for this user; a single colon. */
  createDenied: '403:denied_by_security_policy:create_denied',
  publishDenied: '403:denied_by_security_policy:publish_denied',
  unknownChannel: '404::Unknown channel',
  caseDiffers: '404::channel names may not vary only by case',
  noChannel: '400::Channel name not specified',
  noLeadingSlash: "400::Channel subscriptions must start with a leading '/'",
  otherUser: "400::Authenticated user id does not match the session's user id",
  requestTooLarge: '413::Maximum Request Size Exceeded',
  busy: '503::Server is too busy. Please try your request again later.',
  noVersion: `400::API version in the URI is mandatory. URI format: '/cometd/${LATEST_VERSION}'`,
  badVersion: `400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: '/cometd/${LATEST_VERSION}'`,
} as const;

export function noSuchChannel(channel: string): string {
  return `400::The channel you requested to subscribe to doesn't exist {${channel}}`;
}

export function cannotCreate(channel: string): string {
  return `403::Cannot create channel {${channel}}`;
}

/** Two spaces after the first sentence, as in Salesforce's own. */
export function invalidReplayId(replayId: string): string {
  return `400::The replayId {${replayId}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
}

export function invalidConnectionType(type: string): string {
  return `400::Invalid connection type ${type}`;
}

export function missingCookie(clientId: string, cookie: string): string {
  return `400::Client ${clientId} has established a session, but no ${cookie} cookie present`;
}

export function missingQueryFields(fields: readonly string[]): string {
  return `400::Query fields ${fields.join(', ')} do not exist on the topic entity`;
}

/** A message that is refused: `error` of its reply. */
export class Refusal extends Error {}
