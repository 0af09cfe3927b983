import { BoundedMap } from '../foundation/bounded-map.ts';
import { AppError } from '../foundation/errors.ts';
import { RegistryHttp } from './http.ts';
import type { RegistryHttpOptions } from './http.ts';
import type { RegisteredSchema, SchemaRegistry } from './port.ts';
import { inlineReferences } from './references.ts';
import type { SchemaReference } from './references.ts';

export interface SchemaRegistryOptions extends RegistryHttpOptions {
  /** Ids and schemas kept; Confluent's `schemas.cache.config`. */
  readonly cacheSize?: number | undefined;
  /** What the schemas are written in; default AVRO. */
  readonly schemaType?: 'AVRO' | 'JSON' | undefined;
  /** Ask the registry to compare schemas by meaning: Confluent's `normalize.schemas`. */
  readonly normalize?: boolean | undefined;
}

export const DEFAULT_CACHE_SIZE = 1000;

interface Answer {
  readonly id?: number;
  readonly version?: number;
  readonly schema?: string;
  readonly schemaType?: string;
  readonly references?: readonly SchemaReference[];
}

/**
 * A schema registry over Confluent's REST API. Each (subject, schema) is registered once and each id
 * read once while it stays among the last `cacheSize`; concurrent calls for the same share one request.
 */
export function createSchemaRegistry(options: SchemaRegistryOptions): SchemaRegistry {
  const http = new RegistryHttp(options);
  const limit = options.cacheSize ?? DEFAULT_CACHE_SIZE;
  const ids = new BoundedMap<string, Promise<number>>(limit);
  const schemas = new BoundedMap<number, Promise<string>>(limit);
  const type = options.schemaType ?? 'AVRO';
  // Registries older than other types know no such property.
  const bodyOf = (schema: string): Readonly<Record<string, unknown>> =>
    type === 'AVRO' ? { schema } : { schema, schemaType: type };
  const query = options.normalize === true ? '?normalize=true' : '';

  const register = async (subject: string, schema: string): Promise<number> => {
    const path = `/subjects/${encodeURIComponent(subject)}/versions${query}`;
    const answer = (await http.call({ path, body: bodyOf(schema), about: subject })) as Answer;
    return idOf(answer, subject);
  };

  const read = async (id: number): Promise<string> => {
    const about = `schema ${id}`;
    const answer = (await http.call({ path: `/schemas/ids/${id}`, about })) as Answer | undefined;
    if (answer !== undefined && typeof answer.schema !== 'string') throw noRegistry(about);
    if (answer?.schema === undefined) {
      const message = `The schema registry has no schema with id ${id}.`;
      throw new AppError('data', 'registry.schema.missing', message, {
        suggestion: 'Is the record from another registry?',
      });
    }
    return inlined(answer);
  };

  const version = async (subject: string, number: number | 'latest') => {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/${number}`;
    return (await http.call({ path, about: subject })) as Answer | undefined;
  };

  const inlined = async (answer: Answer): Promise<string> => {
    const { schema = '', schemaType = 'AVRO', references = [] } = answer;
    if (schemaType !== type) {
      const message = `A schema of type ${schemaType} where one of type ${type} is expected.`;
      throw new AppError('data', 'registry.schema.type', message);
    }
    if (type === 'JSON') {
      if (references.length === 0) return schema;
      const message = 'JSON schemas that refer to other subjects are not read here.';
      throw new AppError('data', 'registry.schema.references', message);
    }
    return inlineReferences(schema, references, async (reference) => {
      const found = await version(reference.subject, reference.version);
      return found?.schema === undefined ? undefined : inlined(found);
    });
  };

  const registered = async (
    subject: string,
    number: number | 'latest',
  ): Promise<RegisteredSchema | undefined> => {
    const answer = await version(subject, number);
    if (answer === undefined) return undefined;
    return {
      id: idOf(answer, subject),
      version: answer.version ?? 0,
      schema: await inlined(answer),
    };
  };

  return {
    register: (subject, schema) =>
      once(ids, `${subject}\n${schema}`, () => register(subject, schema)),
    byId: (id) => once(schemas, id, () => read(id)),
    lookup: async (subject, schema) => {
      const path = `/subjects/${encodeURIComponent(subject)}${query}`;
      const answer = await http.call({ path, body: bodyOf(schema), about: subject });
      return answer === undefined ? undefined : idOf(answer, subject);
    },
    latest: (subject) => registered(subject, 'latest'),
    versions: async (subject) => {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`;
      const numbers = (await http.call({ path, about: subject })) ?? [];
      if (!isNumbers(numbers)) throw noRegistry(subject);
      const found: RegisteredSchema[] = [];
      for (const number of numbers.toSorted((one, other) => one - other)) {
        const each = await registered(subject, number);
        // Deleted meanwhile.
        if (each !== undefined) found.push(each);
      }
      return found;
    },
  };
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => Number.isInteger(item));

function noRegistry(about: string): AppError {
  const message = `The schema registry's answer about ${about} is not one of a schema registry.`;
  return new AppError('config', 'registry.url', message, {
    path: 'schema.registry.url',
    suggestion: "Check the URL's path.",
  });
}

/** A failed call is forgotten, so that the next one asks again. */
function once<K, V>(cache: BoundedMap<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const asked = ask();
  cache.set(key, asked);
  asked.catch(() => cache.delete(key));
  return asked;
}

/** An id is four bytes of a record. */
const MAX_ID = 2 ** 31 - 1;

function idOf(answer: unknown, subject: string): number {
  const id = (answer as Answer | undefined)?.id;
  if (Number.isInteger(id) && id !== undefined && id > 0 && id <= MAX_ID) return id;
  const message = `The schema registry answers without a valid id for ${subject}.`;
  throw new AppError('config', 'registry.url', message, {
    path: 'schema.registry.url',
    suggestion: "Check the URL's path.",
  });
}
