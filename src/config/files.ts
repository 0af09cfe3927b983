import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parse as parseYaml, parseAllDocuments } from 'yaml';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { Properties } from './definition.ts';
import { parseProperties } from './properties-file.ts';

/**
 * A worker's or connector's properties from a file: `.json`, `.yaml`/`.yml`, else Java `.properties`.
 * A JSON or YAML file may be flat or Connect's `{"name":…, "config":{…}}`. Numbers and booleans become
 * their text, lists are joined by commas; anything deeper is a `config` error naming the property.
 */
export async function loadPropertiesFile(path: string): Promise<Properties> {
  return parseConfigFile(await read(path), path);
}

/** One connector as a file has it. */
export interface ConnectorDocument {
  readonly properties: Properties;
  /** As in Connect's `{"name":…, "config":{…}, "initial_state":…}`; where there is none, undefined. */
  readonly initialState: string | undefined;
}

/** `loadPropertiesFile` where a JSON or YAML file may hold a list, a YAML file several documents. */
export async function loadConnectorDocuments(path: string): Promise<readonly ConnectorDocument[]> {
  return parseConnectorDocuments(await read(path), path);
}

/** `loadConnectorDocuments` on text already read. */
export function parseConnectorDocuments(text: string, path: string): readonly ConnectorDocument[] {
  const format = formatOf(path);
  if (format === 'properties') {
    return [{ properties: parseProperties(text), initialState: undefined }];
  }
  const contents = parsed(format, path, () =>
    format === 'JSON'
      ? [JSON.parse(text) as unknown]
      : parseAllDocuments(text).map((document): unknown => {
          const [error] = document.errors ?? [];
          if (error !== undefined) throw error;
          return document.toJS();
        }),
  );
  return contents
    .filter((content) => content !== null)
    .flat()
    .map((content) => {
      const state = isObject(content) && isObject(content['config']) && content['initial_state'];
      return {
        properties: flatten(content, path),
        initialState: typeof state === 'string' ? state : undefined,
      };
    });
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('config', 'config.file', `${path} can't be read: ${messageOf(cause)}.`, {
      cause,
      path,
    });
  }
}

/** `loadPropertiesFile` on text already read. */
export function parseConfigFile(text: string, path: string): Properties {
  const format = formatOf(path);
  if (format === 'properties') return parseProperties(text);
  const content = parsed(format, path, (): unknown =>
    format === 'JSON' ? JSON.parse(text) : parseYaml(text),
  );
  return flatten(content, path);
}

type Format = 'properties' | 'JSON' | 'YAML';

function formatOf(path: string): Format {
  const extension = extname(path).toLowerCase();
  if (extension === '.json') return 'JSON';
  return extension === '.yaml' || extension === '.yml' ? 'YAML' : 'properties';
}

/** What `parse` gives; what it throws as a `config` error of the file. */
function parsed<T>(format: Format, path: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new AppError('config', 'config.file', `${path} is not ${format}: ${messageOf(cause)}`, {
      cause,
      path,
    });
  }
}

function flatten(content: unknown, path: string): Properties {
  if (!isObject(content)) {
    const message = `${basename(path)} must hold an object of properties.`;
    throw new AppError('config', 'config.file', message, { path });
  }
  const { config, name } = content;
  const source = isObject(config) ? config : content;
  const properties: Record<string, string> = {};
  for (const [key, value] of Object.entries(source)) {
    if (value === null || value === undefined) continue;
    properties[key] = textOf(key, value);
  }
  if (isObject(config) && typeof name === 'string') properties['name'] ??= name;
  return properties;
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  if (Array.isArray(value)) return value.map((item) => textOf(key, item)).join(',');
  throw new AppError('config', 'config.file', `${key} must be a text, number, boolean or list.`, {
    path: key,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
