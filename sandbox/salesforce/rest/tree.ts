/** Records with their children, all or none: `/composite/tree/X`. */
import { SalesforceError } from '../org/types.ts';
import type { JsonValues, ObjectDef, WriteAll } from '../org/types.ts';
import { childRelationships } from '../soql/relationships.ts';
import { isObject, objectBody, requireObject } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { resultError } from './publish.ts';
import { writableObject } from './records.ts';

const MAX_RECORDS = 200;
/** Of parents above children. */
const MAX_LEVELS = 5;
/** Of objects in one tree. */
const MAX_TYPES = 5;

export const treeRoutes: readonly Route[] = [
  { method: 'POST', path: '/composite/tree/:type', collection: true, handle: createTree },
];

interface Created {
  readonly referenceId: string;
  readonly id: string;
}

class TreeFailure extends Error {
  readonly referenceId: string;
  readonly errors: readonly SalesforceError[];
  constructor(referenceId: string, errors: readonly SalesforceError[]) {
    super('A record of the tree failed.');
    this.referenceId = referenceId;
    this.errors = errors;
  }
}

function createTree(call: Call): Answer {
  const object = writableObject(call);
  const { records } = objectBody(call);
  const roots = (Array.isArray(records) ? records : []).map(requireObject);
  if (roots.length === 0) throw invalid('The request needs "records", a list of records.');
  const write = call.caller.write;
  try {
    const work = (each: WriteAll): Created[] => new Tree(call, each).insert(object, roots, {});
    const results = write === undefined ? call.org.transaction(call.actor, work) : work(write);
    return { status: 201, body: { hasErrors: false, results } };
  } catch (error) {
    if (!(error instanceof TreeFailure)) throw error;
    const errors = error.errors.map((each) => resultError(each));
    const results = [{ referenceId: error.referenceId, errors }];
    return { status: 400, body: { hasErrors: true, results } };
  }
}

class Tree {
  readonly #call: Call;
  readonly #write: WriteAll;
  readonly #references = new Set<string>();
  readonly #types = new Set<string>();

  constructor(call: Call, write: WriteAll) {
    this.#call = call;
    this.#write = write;
  }

  /** Parents before their children; `link` is the field that holds the parent's id. */
  insert(
    object: ObjectDef,
    records: readonly JsonValues[],
    link: JsonValues,
    level = 1,
  ): Created[] {
    if (level > MAX_LEVELS) throw invalid(`A tree has at most ${MAX_LEVELS} levels.`);
    if (this.#types.add(object.name).size > MAX_TYPES) {
      throw invalid(`A tree has at most ${MAX_TYPES} types of records.`);
    }
    return records.flatMap((record) => {
      const referenceId = referenceOf(record);
      if (this.#references.has(referenceId)) {
        throw refused(referenceId, 'Duplicate ReferenceId provided in the request.');
      }
      if (this.#references.add(referenceId).size > MAX_RECORDS) {
        throw invalid(`A tree has at most ${MAX_RECORDS} records.`);
      }
      const { own, children } = this.split(object, record);
      const values = { ...own, ...link };
      const [result] = this.#write([{ op: 'insert', entity: object.name, values }], true);
      if (result?.success !== true || result.id === null) {
        throw new TreeFailure(referenceId, result?.errors ?? []);
      }
      const { id } = result;
      const below = children.flatMap((each) =>
        this.insert(each.object, each.records, { [each.field]: id }, level + 1),
      );
      return [{ referenceId, id }, ...below];
    });
  }

  private split(object: ObjectDef, record: JsonValues) {
    const relationships = childRelationships(this.#call.org, object);
    const own: Record<string, unknown> = {};
    const children: { object: ObjectDef; field: string; records: JsonValues[] }[] = [];
    for (const [key, value] of Object.entries(record)) {
      const nested = isObject(value) ? value['records'] : undefined;
      const named = relationships.find(({ name }) => name?.toLowerCase() === key.toLowerCase());
      if (Array.isArray(nested) && named !== undefined) {
        const records = nested.map(requireObject);
        children.push({ object: named.child, field: named.field.name, records });
      } else {
        own[key] = value;
      }
    }
    return { own, children };
  }
}

function referenceOf({ attributes }: JsonValues): string {
  const id = isObject(attributes) ? attributes['referenceId'] : undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw refused('', 'Include a reference ID for each record in the request.');
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', message);
}

/** Told as the failure of a record. */
function refused(referenceId: string, message: string): TreeFailure {
  return new TreeFailure(referenceId, [invalid(message)]);
}
