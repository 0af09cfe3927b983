/** The Tooling API: `/tooling`, of which the records are here that configure event channels. */
import { normalizeId } from '../../org/ids.ts';
import { SalesforceError } from '../../org/types.ts';
import type { ObjectDef } from '../../org/types.ts';
import { insufficientAccess } from '../../security/refusals.ts';
import type { Reader } from '../../soql/context.ts';
import { runQuery } from '../../soql/query.ts';
import { recordReader } from '../../soql/record-json.ts';
import { NO_CONTENT, notFound, objectBody, ok } from '../api.ts';
import type { Answer, Call, Route } from '../api.ts';
import { describeBriefly, describeObject } from '../describe-object.ts';
import { namedFields } from '../records.ts';
import type { EventConfiguration } from './rows.ts';
import { toolingReader } from './view.ts';
import { WRITERS } from './writes.ts';
import type { ToolingWriter } from './writes.ts';

export const toolingRoutes: readonly Route[] = [
  { method: 'GET', path: '/tooling', handle: resources },
  { method: 'GET', path: '/tooling/query', handle: query },
  { method: 'GET', path: '/tooling/sobjects', handle: everything },
  { method: 'GET', path: '/tooling/sobjects/:type', handle: summary },
  { method: 'POST', path: '/tooling/sobjects/:type', handle: create },
  { method: 'GET', path: '/tooling/sobjects/:type/describe', handle: whole },
  { method: 'GET', path: '/tooling/sobjects/:type/:id', handle: read },
  { method: 'PATCH', path: '/tooling/sobjects/:type/:id', handle: update },
  { method: 'DELETE', path: '/tooling/sobjects/:type/:id', handle: remove },
];

type Shown = Record<string, unknown>;

function resources({ version }: Call): Answer {
  const url = `/services/data/v${version}/tooling`;
  return ok({ query: `${url}/query`, sobjects: `${url}/sobjects` });
}

/** The Tooling API's own form of a result. */
function query(call: Call): Answer {
  const soql = call.query.get('q');
  if (soql === null) {
    throw new SalesforceError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  }
  const result = runQuery(readerOf(call), soql);
  const { totalSize, length, entity } = result;
  const shown = result.records(0, length).map(withMetadata);
  if (length > 1 && shown.some((record) => 'Metadata' in record || 'FullName' in record)) {
    // The misspelling is Salesforce's.
    const message = `When retrieving results with Metadata or FullName fields, the query qualificiations must specify no more than one row for retrieval. Result size: ${length}`;
    throw new SalesforceError(400, 'MALFORMED_QUERY', message);
  }
  return ok({
    size: length,
    totalSize,
    done: true,
    queryLocator: null,
    entityTypeName: entity,
    records: shown,
  });
}

function everything(call: Call): Answer {
  const { org, version } = readerOf(call);
  const sobjects = org.objects().map((object) => describeBriefly(object, version));
  return ok({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
}

function summary(call: Call): Answer {
  const { reader, object } = target(call);
  return ok({ objectDescribe: describeBriefly(object, reader.version), recentItems: [] });
}

function whole(call: Call): Answer {
  const { reader, object } = target(call);
  const described = describeObject(reader.org, object, reader.version);
  const fields = (described['fields'] as Shown[]).map((field) =>
    field['name'] === 'Metadata'
      ? { ...field, type: 'complexvalue', soapType: `mns:${object.name}` }
      : field,
  );
  return ok({ ...described, fields });
}

function read(call: Call): Answer {
  const { reader, object } = target(call);
  const record = reader.org.record(object.name, idOf(call, reader, object));
  if (record === undefined) throw notFound();
  const names = call.query.get('fields');
  const fields = names === null ? object.fields : namedFields(object, names.split(','));
  return ok(withMetadata(recordReader(object, reader.version, fields)(record)));
}

function create(call: Call): Answer {
  const { reader, object } = target(call);
  const id = writerOf(call, object).create(configurationOf(call), objectBody(call));
  return {
    status: 201,
    body: { id, success: true, errors: [], warnings: [], infos: [] },
    headers: { Location: `/services/data/v${reader.version}/sobjects/${object.name}/${id}` },
  };
}

function update(call: Call): Answer {
  const { reader, object } = target(call);
  const id = idOf(call, reader, object);
  writerOf(call, object).update(configurationOf(call), id, objectBody(call));
  return NO_CONTENT;
}

function remove(call: Call): Answer {
  const { reader, object } = target(call);
  writerOf(call, object).remove(configurationOf(call), idOf(call, reader, object));
  return NO_CONTENT;
}

function target(call: Call): { readonly reader: Reader; readonly object: ObjectDef } {
  const reader = readerOf(call);
  const object = reader.org.object(call.params['type'] ?? '');
  if (object === undefined) throw notFound();
  return { reader, object };
}

/** The id of the path, where there is such a record. */
function idOf({ params }: Call, { org }: Reader, { name }: ObjectDef): string {
  const id = normalizeId(params['id'] ?? '');
  if (id === undefined || org.record(name, id) === undefined) throw notFound();
  return id;
}

function writerOf({ user }: Call, { name }: ObjectDef): ToolingWriter {
  if (!user.modifyAllData) throw insufficientAccess();
  const writer = WRITERS[name];
  if (writer !== undefined) return writer;
  const message = `${name} records are written with the record they belong to.`;
  throw new SalesforceError(400, 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message);
}

function readerOf(call: Call): Reader {
  return toolingReader(call, configurationOf(call));
}

function configurationOf({ api }: Call): EventConfiguration {
  if (api.configuration === undefined) throw notFound();
  return api.configuration;
}

function withMetadata(record: Shown): Shown {
  const { Metadata: json } = record;
  return typeof json === 'string' ? { ...record, Metadata: JSON.parse(json) as unknown } : record;
}
