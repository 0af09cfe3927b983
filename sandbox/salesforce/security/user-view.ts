import { SalesforceError } from '../org/types.ts';
import type {
  Actor,
  FieldValue,
  JsonValues,
  ObjectDef,
  Org,
  RecordValues,
  SaveResult,
  User,
  Write,
  WriteAll,
} from '../org/types.ts';
import type { Permissions } from './permissions.ts';
import { insufficientAccess } from './refusals.ts';
import { seenObject } from './seen-object.ts';
import { Sharing } from './sharing.ts';
import { checkWrite } from './write-check.ts';
import type { Rights } from './write-check.ts';

/**
 * The org as one user sees it: objects without what permissions hide, records that sharing lets them see, writes that
 * they may do. Whatever reads or writes by it (SOQL, SOSL, describe, records, Bulk) keeps to the user's access by itself.
 */
export function userView(org: Org, user: User, permissions: Permissions): Org {
  const sharing = new Sharing(org, user, permissions);
  const known = new Map<ObjectDef, ObjectDef | undefined>();
  const see = (object: ObjectDef | undefined): ObjectDef | undefined => {
    if (object === undefined) return undefined;
    if (!known.has(object)) known.set(object, seenObject(object, permissions));
    return known.get(object);
  };
  const seen = (name: string): ObjectDef | undefined => see(org.object(name));
  const rights: Rights = { org, user, permissions, sharing, seen };
  /** What has to be looked at record by record. */
  const closed = (entity: string): ObjectDef | undefined => {
    const object = org.object(entity);
    return object === undefined || sharing.isOpen(object) ? undefined : object;
  };
  const isSeen = (object: ObjectDef, record: RecordValues): boolean =>
    sharing.level(object, record) !== 'none';

  return {
    id: org.id,
    clock: org.clock,
    objects: () => org.objects().flatMap((object) => see(object) ?? []),
    object: seen,
    objectByPrefix: (prefix) => see(org.objectByPrefix(prefix)),
    records: (entity, deleted) => {
      const object = closed(entity);
      const all = org.records(entity, deleted);
      return object === undefined ? all : filter(all, (record) => isSeen(object, record));
    },
    record: (entity, id, deleted) => {
      const object = closed(entity);
      const record = org.record(entity, id, deleted);
      if (object === undefined || record === undefined) return record;
      return isSeen(object, record) ? record : undefined;
    },
    findBy: (entity, field: string, value: FieldValue) => {
      const object = closed(entity);
      const found = org.findBy(entity, field, value);
      return object === undefined ? found : found.filter((record) => isSeen(object, record));
    },
    write: (actor: Actor, writes: readonly Write[], allOrNone: boolean) =>
      org.transaction(actor, (write) => checked(rights, write)(writes, allOrNone)),
    transaction: (actor, work) => org.transaction(actor, (write) => work(checked(rights, write))),
    convert: (entity: string, values: JsonValues) => {
      checkWrite(rights, { op: 'insert', entity, values });
      return org.convert(entity, values);
    },
    addField: setupOnly,
    dropField: setupOnly,
    retypeField: setupOnly,
    putUser: setupOnly,
    seenBy: (other) => org.seenBy(other),
    onCommit: (listener) => org.onCommit(listener),
    onSave: (entity, check) => org.onSave(entity, check),
    onSchemaChange: (listener) => org.onSchemaChange(listener),
    users: () => org.users(),
    user: (name) => org.user(name),
    session: (token, used) => org.session(token, used),
    openSession: (userId) => org.openSession(userId),
    endSessions: (which) => org.endSessions(which),
  };
}

function* filter(
  records: Iterable<RecordValues>,
  test: (record: RecordValues) => boolean,
): Generator<RecordValues> {
  for (const record of records) if (test(record)) yield record;
}

function setupOnly(): never {
  throw insufficientAccess();
}

/** What the user may not do fails; the rest is done, or rolled back with it. */
function checked(rights: Rights, write: WriteAll): WriteAll {
  return (writes, allOrNone) => {
    const refusals = writes.map((each) => refusalOf(rights, each));
    if (refusals.every((refusal) => refusal === undefined)) return write(writes, allOrNone);
    if (allOrNone) return refusals.map((refusal) => failed(refusal ?? ROLLED_BACK));
    const allowed = writes.filter((_, i) => refusals[i] === undefined);
    const results = [...write(allowed, false)];
    return refusals.map((refusal) =>
      refusal === undefined ? (results.shift() ?? failed(ROLLED_BACK)) : failed(refusal),
    );
  };
}

function refusalOf(rights: Rights, write: Write): SalesforceError | undefined {
  try {
    checkWrite(rights, write);
    return undefined;
  } catch (error) {
    if (error instanceof SalesforceError) return error;
    throw error;
  }
}

function failed(error: SalesforceError): SaveResult {
  return { id: null, success: false, created: false, errors: [error] };
}

const ROLLED_BACK = new SalesforceError(
  400,
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'Record rolled back because not all records were valid and the request was using AllOrNone header',
);
