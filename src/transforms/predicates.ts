import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { javaRegexFull, javaRegexProblem } from '../config/java-regex.ts';
import type { Predicate } from './transform.ts';

export const TOPIC_NAME_MATCHES_CONFIG: ConfigDef = [
  {
    name: 'pattern',
    type: 'STRING',
    importance: 'MEDIUM',
    documentation: "A Java regular expression for matching against the name of a record's topic.",
    group: '',
    displayName: 'pattern',
    check: (value) => javaRegexProblem(String(value)),
  },
];

/** The topic's whole name matches. */
export function topicNameMatches(config: Config): Predicate {
  const pattern = javaRegexFull(config.string('pattern'), 'pattern');
  return { test: (record) => pattern.test(record.topic) };
}

export const HAS_HEADER_KEY_CONFIG: ConfigDef = [
  {
    name: 'name',
    type: 'STRING',
    importance: 'MEDIUM',
    documentation: 'The header name.',
    group: '',
    displayName: 'name',
    check: (value) => (value === '' ? 'String may not be empty' : undefined),
  },
];

/** At least one header of that name. */
export function hasHeaderKey(config: Config): Predicate {
  const name = config.string('name');
  return { test: (record) => record.headers.some((header) => header.key === name) };
}

/** The value is null. */
export function recordIsTombstone(): Predicate {
  return { test: (record) => record.value === null || record.value === undefined };
}
