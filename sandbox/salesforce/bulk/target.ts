/** What an ingest job writes to; the same for jobs of both Bulk APIs. */
import type { ObjectDef } from '../org/types.ts';
import { SalesforceError } from '../org/types.ts';
import { fieldOf } from '../soql/fields.ts';
import { visible } from '../soql/scope.ts';
import type { Reader } from '../soql/scope.ts';
import { invalidJob } from './errors.ts';
import type { IngestJob } from './jobs.ts';

export interface IngestTarget {
  readonly object: ObjectDef;
  /** Of an upsert, in the org's spelling. */
  readonly externalIdFieldName: string | undefined;
}

/** Throws where the user can't do it, or the object can't be written so. */
export function ingestTarget(
  reader: Reader,
  operation: IngestJob['operation'],
  name: string,
  externalIdFieldName: string,
): IngestTarget {
  const object = visible(reader, name);
  if (object === undefined) throw invalidJob(`Unable to find object: ${name}`);
  if (object.kind === 'platformevent' && operation !== 'insert') {
    throw invalidJob(`Operation ${operation} not supported for object: ${object.name}`);
  }
  if (operation === 'hardDelete' && reader.user.bulkApiHardDelete !== true) {
    const message = 'FeatureNotEnabled : hardDelete Feature is not enabled for this user';
    throw new SalesforceError(400, 'FEATURENOTENABLED', message);
  }
  const key = operation === 'upsert' ? externalId(object, externalIdFieldName) : undefined;
  return { object, externalIdFieldName: key };
}

function externalId(object: ObjectDef, name: string): string {
  if (name === '') {
    throw invalidJob(
      `External ID was blank for ${object.name}. An External ID must be specified for upsert.`,
    );
  }
  const field = fieldOf(object, name);
  if (field?.externalId === true || field?.type === 'id') return field.name;
  throw invalidJob(
    `Field name provided, ${name} does not match an External ID, Salesforce Id, or indexed field for ${object.name}`,
  );
}
