/** The vocabulary of the REST API's handlers; each is a plain function, so that composite requests can call it too. */
import type { FaultSettings } from '../control/ports.ts';
import type { PlatformEventPublisher } from '../events/platform-events.ts';
import type { EventSchemaProvider } from '../events/schemas.ts';
import { missingObject } from '../gaps.ts';
import type { TellGap } from '../gaps.ts';
import { SalesforceError } from '../org/types.ts';
import type { Actor, JsonValues, Org, Session, WriteAll } from '../org/types.ts';
import type { Reader } from '../soql/scope.ts';
import type { GenericStreaming } from '../streaming/generic-channels.ts';
import type { Cursors } from './cursors.ts';
import type { RecentItems } from './recent-items.ts';
import type { SchemaTimes } from './schema-times.ts';
import type { EventConfiguration } from './tooling/rows.ts';

/** What lives as long as the sandbox. */
export interface Api {
  readonly org: Org;
  readonly settings: FaultSettings;
  /** Undefined: platform events can't be published. */
  readonly publisher: PlatformEventPublisher | undefined;
  /** Undefined: event schemas can't be asked for. */
  readonly schemas: EventSchemaProvider | undefined;
  /** Undefined: nothing can be pushed to generic streaming channels. */
  readonly generic: GenericStreaming | undefined;
  /** Undefined: the Tooling API isn't there. */
  readonly configuration: EventConfiguration | undefined;
  readonly cursors: Cursors;
  readonly schemaTimes: SchemaTimes;
  readonly recent: RecentItems;
  /** Names in the log what was refused because it isn't simulated. */
  readonly tellGap: TellGap;
  /** Requests so far. */
  usage: number;
}

/** A request for a resource under `/services/data/vNN.0`, alone or inside a composite one. */
export interface ApiRequest {
  readonly method: string;
  /** Decoded, after the version: `['sobjects', 'Account']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** In whose name, and how it writes; composite requests hand it on to their parts. */
export interface Caller {
  readonly session: Session;
  /** `60.0`. */
  readonly version: string;
  /** Of `Sforce-Call-Options: client=…`. */
  readonly client: string | undefined;
  /** `http://127.0.0.1:8080`. */
  readonly host: string;
  /** Inside an all-or-none composite request: its transaction. */
  readonly write?: WriteAll | undefined;
}

export interface Call extends ApiRequest, Reader {
  readonly api: Api;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly write: WriteAll;
  /** Answers a request inside this one. */
  readonly dispatch: (request: ApiRequest, caller: Caller) => Answer;
}

export interface Answer {
  readonly status: number;
  /** JSON; absent where there is none. */
  readonly body?: unknown;
  /** Instead of JSON. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `/sobjects/:type`. */
  readonly path: string;
  /** Whether the setting `collectionsIgnoreCallOptions` takes the client's name away. */
  readonly collection?: boolean;
  readonly handle: (call: Call) => Answer;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export const NO_CONTENT: Answer = { status: 204 };

/** `gap`: the resource is one of Salesforce's that the sandbox doesn't have. */
export function notFound(
  message = 'The requested resource does not exist',
  gap?: string,
): SalesforceError {
  return new SalesforceError(404, 'NOT_FOUND', message, [], gap);
}

/** Of the object named in the path: it isn't there, or hidden from the user. */
export function noSuchObject({ org, params }: Call): SalesforceError {
  const name = params['type'] ?? '';
  return notFound(undefined, org.object(name) === undefined ? missingObject(name) : undefined);
}

/** The body as an object, or JSON_PARSER_ERROR. */
export function objectBody({ body }: Call): JsonValues {
  if (body === undefined || body === null) {
    const message = 'The HTTP entity body is required, but this request has no entity body.';
    throw new SalesforceError(400, 'JSON_PARSER_ERROR', message);
  }
  return requireObject(body);
}

export function requireObject(json: unknown): JsonValues {
  if (isObject(json)) return json;
  const token = Array.isArray(json) ? 'START_ARRAY' : 'a value';
  const message = `Can not deserialize SObject out of ${token} at [line:1, column:1]`;
  throw new SalesforceError(400, 'JSON_PARSER_ERROR', message);
}

export function isObject(json: unknown): json is JsonValues {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Case-insensitive. */
export function valueOf(json: JsonValues, name: string): unknown {
  if (name in json) return json[name];
  const key = Object.keys(json).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : json[key];
}

export function errorBody({ message, errorCode, fields, details }: SalesforceError): object {
  return { ...details, message, errorCode, ...(fields.length > 0 ? { fields } : {}) };
}

export function headerOf(
  { headers }: Pick<ApiRequest, 'headers'>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
