import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { javaRegexFull, javaRegexProblem } from '../config/java-regex.ts';
import { nonEmpty, stringKey } from './options.ts';
import type { Predicate } from './transform.ts';

export const TOPIC_NAME_MATCHES_CONFIG: ConfigDef = [
  stringKey(
    'pattern',
    "A Java regular expression for matching against the name of a record's topic.",
    { check: (value) => nonEmpty(value) ?? javaRegexProblem(String(value)) },
  ),
];

/** The topic's whole name matches. */
export function topicNameMatches(config: Config): Predicate {
  const pattern = javaRegexFull(config.string('pattern'), 'pattern');
  return { test: (record) => pattern.test(record.topic) };
}

export const HAS_HEADER_KEY_CONFIG: ConfigDef = [
  stringKey('name', 'The header name.', { check: nonEmpty }),
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
