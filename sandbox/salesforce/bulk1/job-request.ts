/** `jobInfo` as clients send it, in XML or JSON. */
import { isObject } from '../rest/api.ts';
import { parseJsonBody } from '../json-body.ts';
import { clientInputError, invalidJob, unsupportedContentType } from './errors.ts';
import { CONTENT_TYPES } from './jobs.ts';
import type { ClassicJob, ContentType, Operation } from './jobs.ts';
import { namesIn, readXml, textIn } from './xml.ts';

export type JobInfo = ReadonlyMap<string, string>;

const OPERATIONS: readonly Operation[] = [
  'insert',
  'update',
  'upsert',
  'delete',
  'hardDelete',
  'query',
  'queryAll',
];
const CONCURRENCY = ['Parallel', 'Serial'] as const;
const STATES = ['Open', 'Closed', 'Aborted'] as const;
const ZIPPED = /^ZIP_/;
/** What a job has besides; a request that names it is none the worse. */
const OTHERS = new Set([
  'apexProcessingTime',
  'apiActiveProcessingTime',
  'apiVersion',
  'assignmentRuleId',
  'concurrencyMode',
  'contentType',
  'createdById',
  'createdDate',
  'externalIdFieldName',
  'fastPathEnabled',
  'id',
  'numberBatchesCompleted',
  'numberBatchesFailed',
  'numberBatchesInProgress',
  'numberBatchesQueued',
  'numberBatchesTotal',
  'numberRecordsFailed',
  'numberRecordsProcessed',
  'numberRetries',
  'object',
  'operation',
  'state',
  'systemModstamp',
  'totalProcessingTime',
]);

export function readJobInfo(text: string, format: 'XML' | 'JSON'): JobInfo {
  const info = format === 'XML' ? fromXml(text) : fromJson(text);
  const unknown = [...info.keys()].find((name) => !OTHERS.has(name));
  if (unknown !== undefined) throw invalidJob(`Unrecognized field "${unknown}" in jobInfo`);
  return info;
}

function fromXml(text: string): JobInfo {
  const root = readXml(text, 'jobInfo');
  return new Map(namesIn(root).map((name) => [name, (textIn(root, name) ?? '').trim()]));
}

function fromJson(text: string): JobInfo {
  const json = parseJsonBody(text);
  if (!isObject(json)) throw clientInputError('The request body must be a JSON object');
  return new Map(
    Object.entries(json).flatMap(([name, value]): [string, string][] => {
      if (value === null) return [];
      if (typeof value === 'string') return [[name, value]];
      if (typeof value === 'number' || typeof value === 'boolean') return [[name, String(value)]];
      throw invalidJob(`The property "${name}" must be a text`);
    }),
  );
}

export function operationOf(info: JobInfo): Operation {
  return oneOf(info, 'operation', OPERATIONS);
}

export function contentTypeOf(info: JobInfo): ContentType {
  const name = info.get('contentType') ?? '';
  if (ZIPPED.test(name)) throw unsupportedContentType(`${name} is not supported by this org`);
  return oneOf(info, 'contentType', CONTENT_TYPES, 'XML');
}

/** JSON may have it as a number, as its place in the list. */
export function concurrencyOf(info: JobInfo): ClassicJob['concurrencyMode'] {
  const given = info.get('concurrencyMode') ?? '';
  return (
    CONCURRENCY[/^\d$/.test(given) ? Number(given) : -1] ??
    oneOf(info, 'concurrencyMode', CONCURRENCY, 'Parallel')
  );
}

export function stateOf(info: JobInfo): ClassicJob['state'] {
  return oneOf(info, 'state', STATES);
}

function oneOf<T extends string>(
  info: JobInfo,
  property: string,
  words: readonly T[],
  otherwise?: T,
): T {
  const given = info.get(property) ?? otherwise;
  const word = words.find((each) => each === given);
  if (word !== undefined) return word;
  if (given === undefined || given === '') throw invalidJob(`Missing ${property} in jobInfo`);
  throw invalidJob(
    `Failed to parse ${property}: "${given}" is not one of the values accepted: [${words.join(', ')}]`,
  );
}
