import type { Org, User } from '../org/types.ts';
import { eventNameOf } from './columns.ts';
import type { EventSchemas } from './schemas.ts';

/** What a client can name as a topic. */
export interface Channel {
  readonly topic: string;
  readonly kind: 'data' | 'event';
  /** Of a channel with one kind of event: its object. Undefined on `/data/ChangeEvents` and custom channels. */
  readonly entity: string | undefined;
  includes(event: { readonly topic: string; readonly entity: string }): boolean;
}

export const ALL_CHANGES = '/data/ChangeEvents';

/** Which topics there are: names are case-sensitive, and objects have to be selected for change events. */
export class Channels {
  readonly #org: Org;
  readonly #schemas: EventSchemas;
  readonly #selected: (entity: string) => boolean;
  readonly #custom: ReadonlyMap<string, readonly string[]>;

  constructor(
    org: Org,
    schemas: EventSchemas,
    selected: (entity: string) => boolean,
    custom: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#org = org;
    this.#schemas = schemas;
    this.#selected = selected;
    this.#custom = custom;
  }

  find(topic: string): Channel | undefined {
    if (topic === ALL_CHANGES) {
      return several(topic, (event) => event.topic.startsWith('/data/'));
    }
    const members = this.#custom.get(topic);
    if (members !== undefined) return several(topic, (event) => members.includes(event.entity));
    const [, kind, name] = /^\/(data|event)\/(\w+)$/.exec(topic) ?? [];
    const object = name === undefined ? undefined : this.#schemas.objectOf(name);
    if (object === undefined) return undefined;
    const isEvent = object.kind === 'platformevent';
    if (isEvent !== (kind === 'event')) return undefined;
    if (!isEvent && !this.#selected(object.name)) return undefined;
    return {
      topic,
      kind: isEvent ? 'event' : 'data',
      entity: object.name,
      includes: (event) => event.topic === topic,
    };
  }

  /** The single-entity channel of an object. */
  topicOf(entity: string): string | undefined {
    const object = this.#org.object(entity);
    if (object === undefined) return undefined;
    return `/${object.kind === 'platformevent' ? 'event' : 'data'}/${eventNameOf(object)}`;
  }
}

/** Change events need View All Data; a hidden object's events are for nobody. */
export function mayRead(user: User, entity: string, kind: Channel['kind']): boolean {
  if (user.hiddenObjects.includes(entity)) return false;
  return kind === 'event' || user.viewAllData;
}

function several(topic: string, includes: Channel['includes']): Channel {
  return { topic, kind: 'data', entity: undefined, includes };
}
