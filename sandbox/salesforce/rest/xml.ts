/** Answers as XML, for those who ask by `Accept: application/xml` or an address that ends in `.xml`. */
import { XMLBuilder } from 'fast-xml-parser';
import { isObject } from './api.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

/** Whether XML is named before JSON. */
export function prefersXml(accept: string): boolean {
  const named = accept.split(',').map((each) => each.split(';')[0]?.trim().toLowerCase());
  const first = named.find((type) => /^(?:application|text)\/(?:json|xml)$/.test(type ?? ''));
  return first?.endsWith('xml') === true;
}

/**
 * A path without `.xml` or `.json` at its end, and which of them it was. The value of an external id, the fourth
 * segment below `sobjects`, may end as it likes.
 */
export function splitFormat(path: readonly string[]): {
  readonly path: readonly string[];
  readonly format: 'xml' | 'json' | undefined;
} {
  const [, , , , value] = path;
  const [, stem = '', format] = /^(.+)\.(xml|json)$/.exec(path.at(-1) ?? '') ?? [];
  if (format === undefined || (path[1] === 'sobjects' && value !== undefined)) {
    return { path, format: undefined };
  }
  return { path: [...path.slice(0, -1), stem], format: format === 'xml' ? 'xml' : 'json' };
}

/** Salesforce's names for the roots of records, results, errors and lists; `Result` for all else. */
export function toXml(body: unknown): string {
  const { name, content } = rootOf(body);
  const root = { ...(isObject(content) ? content : { Item: content }), '@xmlns:xsi': XSI };
  return `${HEAD}${String(builder.build({ [name]: root }))}`;
}

function rootOf(body: unknown): { name: string; content: unknown } {
  if (Array.isArray(body)) {
    const [first] = body as unknown[];
    const content = nodeOf(body);
    if (isObject(first) && 'errorCode' in first) {
      return { name: 'Errors', content: { Error: content } };
    }
    if (isObject(first) && 'version' in first) {
      return { name: 'Versions', content: { Version: content } };
    }
    return { name: 'Results', content: { Result: content } };
  }
  return { name: isObject(body) ? nameOf(body) : 'Result', content: nodeOf(body) };
}

function nameOf({ attributes, ...body }: Readonly<Record<string, unknown>>): string {
  if (isObject(attributes) && typeof attributes['type'] === 'string') return attributes['type'];
  if ('totalSize' in body) return 'QueryResult';
  if ('identity' in body) return 'urls';
  if ('maxBatchSize' in body) return 'DescribeGlobal';
  return 'fields' in body ? 'DescribeSObject' : 'Result';
}

/** A record's `attributes` become the element's; null is an element that says so. */
function nodeOf(json: unknown): unknown {
  if (json === null || json === undefined) return { '@xsi:nil': 'true' };
  if (Array.isArray(json)) return json.map(nodeOf);
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) => {
      if (key !== 'attributes' || !isObject(value)) return [[key, nodeOf(value)]];
      return Object.entries(value).map(([name, text]) => [`@${name}`, String(text)]);
    }),
  );
}
