/** The classic API's XML. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { SalesforceError } from '../org/types.ts';

export const NAMESPACE = 'http://www.force.com/2009/06/asyncapi/dataload';
export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
/** How deep elements may be nested: a record's parent has three. */
const MAX_DEPTH = 20;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

/** Values stay texts; names lose their prefixes, attributes have `@`; everything is a list. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  alwaysCreateTextNode: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 100_000 },
});

/** An element that was read: its children by name, each a list; its text; its attributes. */
export interface Element {
  readonly '#text'?: string;
  readonly '@nil'?: string;
  readonly [name: string]: readonly Element[] | string | undefined;
}

export function element(name: string, content: unknown): string {
  return String(builder.build({ [name]: content }));
}

/** A whole document of the API's namespace. */
export function documentOf(name: string, content: object): string {
  return XML_HEAD + element(name, { '@xmlns': NAMESPACE, ...content });
}

/** The root; InvalidXml where there is none of that name, or the document has a DOCTYPE. */
export function readXml(text: string, root: string): Element {
  const prolog = text.slice(0, text.indexOf(`<${root}`));
  if (/<!DOCTYPE/i.test(prolog)) throw invalidXml('DOCTYPE is not allowed');
  let read;
  try {
    read = parser.parse(text.trim(), true) as Element;
  } catch (error) {
    throw invalidXml(error instanceof Error ? error.message : String(error));
  }
  const [found] = childrenOf(read, root);
  if (found === undefined) throw invalidXml(`Failed to parse XML. The root must be ${root}`);
  refuseDepth(found, 0);
  return found;
}

export function childrenOf(of: Element, name: string): readonly Element[] {
  const found = of[name];
  return Array.isArray(found) ? (found as readonly Element[]) : [];
}

/** Names of the elements within, in their order. */
export function namesIn(of: Element): readonly string[] {
  return Object.keys(of).filter((name) => Array.isArray(of[name]));
}

export function textIn(of: Element, name: string): string | undefined {
  return childrenOf(of, name)[0]?.['#text'];
}

function refuseDepth(of: Element, depth: number): void {
  if (depth > MAX_DEPTH) throw invalidXml('Elements are nested too deep');
  for (const name of namesIn(of)) {
    for (const child of childrenOf(of, name)) refuseDepth(child, depth + 1);
  }
}

function invalidXml(message: string): SalesforceError {
  return new SalesforceError(400, 'InvalidXml', message);
}
