import { DEFINITIONS } from '../../org/objects/definitions.ts';
import { SalesforceError } from '../../org/types.ts';
import type { Org, RecordValues } from '../../org/types.ts';
import type { Reader } from '../../soql/context.ts';
import type { Call } from '../api.ts';
import { TOOLING_OBJECTS } from './objects.ts';
import { rowsOf } from './rows.ts';
import type { EventConfiguration } from './rows.ts';

/**
 * The Tooling API's objects as an org, so that SOQL and describe read them like any other; what isn't one of them
 * (the user's settings) is the real org's. The version's `60.0/tooling` makes the addresses of its records.
 */
export function toolingReader({ org, user, version }: Call, config: EventConfiguration): Reader {
  return { user, version: `${version}/tooling`, org: toolingOrg(org, config, Number(version)) };
}

function toolingOrg(org: Org, config: EventConfiguration, version: number): Org {
  const objects = [...TOOLING_OBJECTS, ...DEFINITIONS];
  const find = (name: string) =>
    objects.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const isDefinition = (entity: string) => DEFINITIONS.some(({ name }) => name === entity);
  const rows = (entity: string): Iterable<RecordValues> =>
    isDefinition(entity) ? org.records(entity) : rowsOf(config, find(entity)?.name ?? '', version);
  return {
    id: org.id,
    clock: org.clock,
    objects: () => objects,
    object: find,
    objectByPrefix: (prefix) => TOOLING_OBJECTS.find(({ keyPrefix }) => keyPrefix === prefix),
    records: rows,
    record: (entity, id, deleted) =>
      find(entity) === undefined || isDefinition(entity)
        ? org.record(entity, id, deleted)
        : [...rows(entity)].find((row) => row['Id'] === id),
    findBy: (entity, field, value) => [...rows(entity)].filter((row) => row[field] === value),
    write: readOnly,
    transaction: readOnly,
    convert: readOnly,
    addField: readOnly,
    dropField: readOnly,
    retypeField: readOnly,
    putUser: readOnly,
    onCommit: (listener) => org.onCommit(listener),
    onSave: (entity, check) => org.onSave(entity, check),
    onSchemaChange: (listener) => org.onSchemaChange(listener),
    seenBy: (user) => org.seenBy(user),
    users: () => org.users(),
    user: (name) => org.user(name),
    session: (token) => org.session(token),
    openSession: (userId) => org.openSession(userId),
    endSessions: (which) => org.endSessions(which),
  };
}

function readOnly(): never {
  const message = 'Records of the Tooling API are written through their own resources.';
  throw new SalesforceError(400, 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message);
}
