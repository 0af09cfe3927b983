/**
 * Goal: the standard objects are those of a real org.
 * Method: jsforce ships the standard objects as types, made from a real org's describe; ours are held against them.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { FieldType } from '../../../../sandbox/salesforce/org/types.ts';
import { childRelationships } from '../../../../sandbox/salesforce/soql/relationships.ts';

const jsforce = dirname(createRequire(import.meta.url).resolve('jsforce/package.json'));
const text = readFileSync(join(jsforce, 'lib/types/standard-schema.d.ts'), 'utf8');
const org = createOrg();

/** Names and types of one declaration; undefined where there is none. */
function declared(kind: string, object: string): ReadonlyMap<string, string> | undefined {
  const [, body] = new RegExp(`type ${kind}\\$${object} = \\{\\n([\\s\\S]*?)\\};`).exec(text) ?? [];
  if (body === undefined) return undefined;
  const lines = [...body.matchAll(/^ {4}(\w+): (.*);$/gm)];
  return new Map(lines.map(([, name = '', type = '']) => [name, type]));
}

const CLASSES: Partial<Record<FieldType, string>> = {
  boolean: 'boolean',
  int: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  date: 'DateString',
  datetime: 'DateString',
  address: 'Address',
  base64: 'BlobString',
};

test('fields are of the types that others know', () => {
  const compared: string[] = [];
  const different = org.objects().flatMap(({ name, fields }) => {
    const theirs = declared('Fields', name);
    return fields.flatMap((field) => {
      const type = theirs?.get(field.name)?.replace(' | null', '');
      if (type === undefined || type === 'any') return [];
      compared.push(field.name);
      const ours = CLASSES[field.type] ?? 'string';
      return type === ours ? [] : [`${name}.${field.name}: ${ours}, not ${type}`];
    });
  });
  expect(different).toEqual([]);
  expect(compared.length).toBeGreaterThan(700);
});

/** Children of features that the other org didn't have, and of fields that are newer. */
const NOT_THERE =
  /^(Quotes|QuoteLineItems|AccountContactRelations|OrderItems|Contracts|OpportunityLineItems)$/;

test('children have the names that others know', () => {
  const different = org.objects().flatMap((object) => {
    const theirs = declared('ChildRelationships', object.name);
    if (theirs === undefined) return [];
    return childRelationships(org, object).flatMap(({ child, field, name }) => {
      if (name === null || theirs.get(name) === `SObjectDefinition$${child.name}`) return [];
      const usual = [...theirs.values()].includes(`SObjectDefinition$${child.name}`);
      if (NOT_THERE.test(name) || !usual) return [];
      return [`${object.name}.${name} of ${child.name}.${field.name}`];
    });
  });
  expect(different).toEqual([]);
});
