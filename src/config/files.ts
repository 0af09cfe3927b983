import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { Properties } from './definition.ts';
import { parseProperties } from './properties-file.ts';

/**
 * A worker's or connector's properties from a file: `.json`, `.yaml`/`.yml`, else Java `.properties`.
 * A JSON or YAML file may be flat or Connect's `{"name":…, "config":{…}}`. Numbers and booleans become
 * their text, lists are joined by commas; anything deeper is a `config` error naming the property.
 */
export async function loadPropertiesFile(path: string): Promise<Properties> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('config', 'config.file', `${path} can't be read: ${messageOf(cause)}.`, {
      cause,
      path,
    });
  }
  return parseConfigFile(text, path);
}

/** `loadPropertiesFile` on text already read. */
export function parseConfigFile(text: string, path: string): Properties {
  const extension = extname(path).toLowerCase();
  if (extension !== '.json' && extension !== '.yaml' && extension !== '.yml') {
    return parseProperties(text);
  }
  let content: unknown;
  try {
    content = extension === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (cause) {
    const kind = extension === '.json' ? 'JSON' : 'YAML';
    throw new AppError('config', 'config.file', `${path} is not ${kind}: ${messageOf(cause)}`, {
      cause,
      path,
    });
  }
  return flatten(content, path);
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
