import type { ObjectDef, Org, RecordValues, Transaction } from '../org/types.ts';
import { visible } from '../soql/scope.ts';
import { attributesOf } from '../soql/record-json.ts';
import { ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { nameFieldOf } from '../soql/name-object.ts';

/** Kept for each user, as Salesforce keeps them. */
const MAX_ITEMS = 200;

export const recentRoutes: readonly Route[] = [{ method: 'GET', path: '/recent', handle: recent }];

/**
 * What each user worked on last. Salesforce counts what was looked at, too; here it is what the user created or changed
 * through an API, one record at a time.
 */
export class RecentItems {
  readonly #org: Org;
  /** By user: ids and their objects, the latest at the end. */
  readonly #items = new Map<string, Map<string, string>>();

  constructor(org: Org) {
    this.#org = org;
    org.onCommit((transaction) => this.#follow(transaction));
  }

  /** The latest first; of one object, or of all that the user may see. */
  of(userId: string, entity?: string): { object: ObjectDef; record: RecordValues }[] {
    const items = [...(this.#items.get(userId) ?? [])].reverse();
    return items.flatMap(([id, name]) => {
      const object = this.#org.object(name);
      const record = this.#org.record(name, id);
      const wanted = entity === undefined || entity === name;
      return object !== undefined && record !== undefined && wanted ? [{ object, record }] : [];
    });
  }

  #follow({ userId, origin, changes }: Transaction): void {
    const [change, ...more] = changes.filter(({ followsUp }) => followsUp !== true);
    if (change === undefined || more.length > 0 || origin === '') return;
    const items = this.#items.get(userId) ?? new Map<string, string>();
    this.#items.set(userId, items);
    items.delete(change.id);
    if (change.type !== 'DELETE') items.set(change.id, change.entity);
    const [oldest] = items.keys();
    if (items.size > MAX_ITEMS && oldest !== undefined) items.delete(oldest);
  }
}

/** `?limit=5`, by default and at most 200. */
function recent(call: Call): Answer {
  const limit = Math.min(Number(call.query.get('limit') ?? MAX_ITEMS) || MAX_ITEMS, MAX_ITEMS);
  return ok(recentItems(call).slice(0, Math.max(0, limit)));
}

/** As `/recent` and an object's own resource show them. */
export function recentItems(call: Call, entity?: string): object[] {
  return call.api.recent
    .of(call.user.id, entity)
    .filter(({ object }) => visible(call, object.name) !== undefined)
    .filter(({ object, record }) => call.org.record(object.name, String(record['Id'])))
    .map(({ object, record }) => {
      const name = nameFieldOf(object);
      const id = record['Id'] ?? null;
      return {
        attributes: attributesOf(object.name, id, call.version),
        Id: id,
        ...(name === undefined ? {} : { [name]: record[name] ?? null }),
      };
    });
}
