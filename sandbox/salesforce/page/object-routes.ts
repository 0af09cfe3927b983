import type { FastifyInstance } from 'fastify';
import { describeObject, describeBriefly } from '../rest/describe-object.ts';
import { nameFieldOf } from '../soql/name-object.ts';
import { LATEST_VERSION } from '../rest/versions.ts';
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, Org } from '../org/types.ts';
import type { PageDeps } from './index.ts';

/** The objects with their counts, and what fields one has. */
export function registerObjectRoutes(app: FastifyInstance, { org }: PageDeps): void {
  app.get('/objects', (_request, reply) =>
    reply.send({ objects: org.objects().map((object) => summary(org, object)) }),
  );
  app.get('/objects/:name', (request, reply) => {
    const object = requireObject(org, request.params);
    const { fields } = describeObject(org, object, LATEST_VERSION);
    return reply.send({ ...summary(org, object), nameField: nameFieldOf(object) ?? 'Id', fields });
  });
}

/** The object that the address names; 404 where there is none. */
export function requireObject(org: Org, params: unknown): ObjectDef {
  const { name } = params as { readonly name: string };
  const object = org.object(name);
  if (object !== undefined) return object;
  throw new SalesforceError(404, 'NOT_FOUND', `There is no object "${name}".`);
}

function summary(org: Org, object: ObjectDef): object {
  const { name, label, labelPlural, keyPrefix, kind, changeEvents } = object;
  const { queryable, createable } = describeBriefly(object, LATEST_VERSION);
  const { records, deleted } = count(org, object);
  return {
    name,
    label,
    labelPlural,
    keyPrefix,
    kind,
    changeEvents,
    queryable,
    createable,
    records,
    deleted,
  };
}

function count(org: Org, { name, kind }: ObjectDef): { records: number; deleted: number } {
  let [records, deleted] = [0, 0];
  if (kind === 'platformevent') return { records, deleted };
  for (const record of org.records(name, true)) {
    if (record['IsDeleted'] === true) deleted++;
    else records++;
  }
  return { records, deleted };
}
