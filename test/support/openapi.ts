/** docs/rest/openapi.yaml, its references put in place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Response>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
}
interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
export type PathItem = Readonly<Record<string, Operation>> & {
  readonly parameters?: readonly Parameter[];
};
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
}

/** Throws where a reference leads nowhere. */
export function readOpenApi(): Document {
  const path = join(import.meta.dirname, '../../docs/rest/openapi.yaml');
  const document: unknown = parse(readFileSync(path, 'utf8'));
  return resolved(document, document) as Document;
}

function resolved(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => resolved(item, document));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return resolved(at(document, String(value.$ref)), document);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolved(item, document)]),
  );
}

function at(document: unknown, reference: string): unknown {
  let found = document;
  for (const step of reference.replace('#/', '').split('/')) {
    found = (found as Record<string, unknown> | undefined)?.[step];
  }
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function operations(
  paths: Document['paths'],
): readonly { readonly path: string; readonly method: string; readonly operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method: method.toUpperCase(), operation }];
    }),
  );
}
