import { netChanges } from '../events/net-changes.ts';
import { SalesforceError } from '../org/types.ts';
import type { Org, RecordChange, RecordValues, Transaction, User } from '../org/types.ts';
import { valueToJson } from '../soql/record-json.ts';
import type { Notification, Notifications } from './notifications.ts';
import { readTopicQuery } from './push-topic-query.ts';
import type { TopicQuery } from './push-topic-query.ts';

/** `type` of a notification, and the field of the PushTopic that asks for it. */
const OPERATIONS: Record<RecordChange['type'], readonly [string, string]> = {
  CREATE: ['created', 'NotifyForOperationCreate'],
  UPDATE: ['updated', 'NotifyForOperationUpdate'],
  DELETE: ['deleted', 'NotifyForOperationDelete'],
  UNDELETE: ['undeleted', 'NotifyForOperationUndelete'],
};
/** The first version whose PushTopics are read. */
const FIRST_VERSION = 21;

/** PushTopics: checked when they are saved, and evaluated on every change from then on. */
export class PushTopics implements Disposable {
  readonly #org: Org;
  readonly #notifications: Notifications;
  readonly #maxActive: number;
  readonly #listening: readonly Disposable[];
  /** By record: a changed PushTopic is another record. Emptied when an object's fields change. */
  #queries = new WeakMap<RecordValues, TopicQuery>();

  constructor(org: Org, notifications: Notifications, maxActive: number) {
    this.#org = org;
    this.#notifications = notifications;
    this.#maxActive = maxActive;
    this.#listening = [
      org.onSave('PushTopic', (record, before) => this.#check(record, before)),
      org.onSchemaChange(() => (this.#queries = new WeakMap())),
      org.onCommit((transaction) => this.#notify(transaction)),
    ];
  }

  /** An active PushTopic of exactly this name, or undefined. */
  find(name: string): RecordValues | undefined {
    const found = this.#org.findBy('PushTopic', 'Name', name).find((each) => each['Name'] === name);
    return found?.['IsActive'] === true ? found : undefined;
  }

  /** Throws SalesforceError where the query fits the object no more. */
  queryOf(topic: RecordValues): TopicQuery {
    const known = this.#queries.get(topic);
    if (known !== undefined) return known;
    const query = readTopicQuery(this.#org, this.#owner(topic), String(topic['Query']));
    this.#queries.set(topic, query);
    return query;
  }

  [Symbol.dispose](): void {
    for (const each of this.#listening) each[Symbol.dispose]();
  }

  #check(record: RecordValues, before: RecordValues | null): void {
    if (!(Number(record['ApiVersion']) >= FIRST_VERSION)) {
      const message = `ApiVersion must be at least ${FIRST_VERSION}.0`;
      throw new SalesforceError(400, 'FIELD_INTEGRITY_EXCEPTION', message, ['ApiVersion']);
    }
    const query = readTopicQuery(this.#org, this.#owner(record), String(record['Query']));
    const fields = evaluatedFields(record, query);
    if (fields?.size === 0) {
      const message = `Invalid PushTopic query: with NotifyForFields ${String(record['NotifyForFields'])} it needs a field other than Id`;
      throw new SalesforceError(400, 'INVALID_FIELD', message, ['Query']);
    }
    const activated = record['IsActive'] === true && before?.['IsActive'] !== true;
    const active = [...this.#org.records('PushTopic')].filter((each) => each['IsActive'] === true);
    if (activated && active.length >= this.#maxActive) {
      const message = `The org has ${this.#maxActive} active PushTopics, which is the limit.`;
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', message);
    }
  }

  #notify({ changes, timestamp }: Transaction): void {
    const topics = [...this.#org.records('PushTopic')].filter((each) => each['IsActive'] === true);
    if (topics.length === 0) return;
    const createdDate = new Date(timestamp).toISOString();
    const notifications = netChanges(changes).flatMap((change) =>
      topics.flatMap((topic) => this.#notificationOf(topic, change, createdDate) ?? []),
    );
    this.#notifications.add(notifications);
  }

  #notificationOf(
    topic: RecordValues,
    change: RecordChange,
    createdDate: string,
  ): Notification | undefined {
    const [type, wanted] = OPERATIONS[change.type];
    if (topic[wanted] !== true) return undefined;
    const query = this.#queryOrNone(topic);
    if (query === undefined || query.object.name !== change.entity) return undefined;
    const record = change.type === 'DELETE' ? change.before : change.after;
    if (record === null || !query.matches(record)) return undefined;
    if (change.type === 'UPDATE' && !moved(change, evaluatedFields(topic, query))) return undefined;
    return {
      channel: `/topic/${String(topic['Name'])}`,
      entity: change.entity,
      event: { createdDate, type },
      content: { sobject: change.type === 'DELETE' ? { Id: change.id } : shown(query, record) },
    };
  }

  /** A topic whose fields are gone is silent. */
  #queryOrNone(topic: RecordValues): TopicQuery | undefined {
    try {
      return this.queryOf(topic);
    } catch (error) {
      if (error instanceof SalesforceError) return undefined;
      throw error;
    }
  }

  #owner(topic: RecordValues): User {
    const owner = this.#org.user(String(topic['CreatedById'])) ?? this.#org.users()[0];
    if (owner === undefined) throw new TypeError('The org has no user.');
    return owner;
  }
}

/** Names of the fields whose change makes an update count, Id not among them; undefined for any. */
function evaluatedFields(topic: RecordValues, query: TopicQuery): Set<string> | undefined {
  const which = topic['NotifyForFields'];
  if (which === 'All') return undefined;
  const selected = which === 'Where' ? [] : query.selected.map((field) => field.name);
  const filtered = which === 'Select' ? [] : query.filtered;
  const fields = new Set([...selected, ...filtered]);
  fields.delete('Id');
  return fields;
}

/** `fields` undefined: any update counts. */
function moved({ before, after }: RecordChange, fields: ReadonlySet<string> | undefined): boolean {
  if (fields === undefined) return true;
  return [...fields].some((name) => (before?.[name] ?? null) !== (after?.[name] ?? null));
}

/** Instants end with `Z` here, where REST has `+0000`. */
function shown(query: TopicQuery, record: RecordValues): Record<string, unknown> {
  return Object.fromEntries(
    query.selected.map((field) => {
      const value = record[field.name] ?? null;
      const instant = field.type === 'datetime' && typeof value === 'number';
      return [field.name, instant ? new Date(value).toISOString() : valueToJson(field, value)];
    }),
  );
}
