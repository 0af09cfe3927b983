import { readFile } from 'node:fs/promises';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { AppError } from '../../../src/foundation/errors.ts';

/** Elements that may repeat, so that one of them reads as a list too. */
const LISTS = new Set([
  'fields',
  'value',
  'picklistValues',
  'customValue',
  'standardValue',
  'referenceTo',
  'values',
]);
const parser = new XMLParser({
  parseTagValue: false,
  htmlEntities: true,
  captureMetaData: true,
  isArray: (name: string) => LISTS.has(name),
});
const META = XMLParser.getMetaDataSymbol() as symbol;

/** One element of a metadata file; every text is a text. */
export class XmlElement {
  readonly file: string;
  private readonly node: Readonly<Record<string | symbol, unknown>>;
  private readonly source: string;

  constructor(file: string, node: object, source: string) {
    this.file = file;
    this.node = { ...node };
    this.source = source;
  }

  text(name: string): string | undefined {
    const value = this.node[name];
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): string[] {
    const value = this.node[name];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  }

  /** Of an element that may repeat, and here is there once. */
  only(name: string): string | undefined {
    return this.text(name) ?? this.texts(name)[0];
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (Number.isNaN(number)) throw this.problem(`<${name}> is "${text}", no number.`, name);
    return number;
  }

  child(name: string): XmlElement | undefined {
    return this.children(name)[0];
  }

  children(name: string): XmlElement[] {
    const value = this.node[name];
    const nodes: unknown[] = Array.isArray(value) ? value : [value];
    return nodes
      .filter((each) => typeof each === 'object' && each !== null)
      .map((each) => new XmlElement(this.file, each, this.source));
  }

  /** Line of a child element by name, else of this element; the first line is 1. */
  line(name?: string): number {
    const meta = this.node[META] as { startIndex?: number } | undefined;
    const start = meta?.startIndex ?? 0;
    const found = name === undefined ? -1 : this.source.indexOf(`<${name}>`, start);
    return this.source.slice(0, found < 0 ? start : found).split('\n').length;
  }

  /** `file:line` of a child element by name, else of this element. */
  place(name?: string): string {
    return `${this.file}:${this.line(name)}`;
  }

  /** An error at this place. */
  problem(message: string, name?: string): AppError {
    return problemAt(this.file, this.line(name), message);
  }
}

/** The root element of a file, which must be `root`. */
export async function readXml(file: string, root: string): Promise<XmlElement> {
  const source = await readFile(file, 'utf8');
  const valid = XMLValidator.validate(source);
  if (valid !== true) throw problemAt(file, valid.err.line, valid.err.msg);
  const document = new XmlElement(file, parser.parse(source) as object, source);
  const empty = document.text(root) === '';
  const element = empty ? new XmlElement(file, {}, source) : document.child(root);
  if (element === undefined) throw problemAt(file, 1, `The file's element is not <${root}>.`);
  return element;
}

export function problemAt(file: string, line: number, message: string): AppError {
  return new AppError('config', 'sandbox.project.invalid', `${file}:${line}: ${message}`, {
    path: `${file}:${line}`,
  });
}
