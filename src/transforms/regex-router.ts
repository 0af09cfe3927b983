import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { javaRegexFull, javaRegexProblem, javaReplacement } from '../config/java-regex.ts';
import type { Transform } from './transform.ts';

export const REGEX_ROUTER_CONFIG: ConfigDef = [
  {
    name: 'regex',
    type: 'STRING',
    importance: 'HIGH',
    documentation: 'Regular expression to use for matching.',
    group: '',
    displayName: 'regex',
    check: (value) => javaRegexProblem(String(value)),
  },
  {
    name: 'replacement',
    type: 'STRING',
    importance: 'HIGH',
    documentation: 'Replacement string.',
    group: '',
    displayName: 'replacement',
  },
];

/**
 * Connect's RegexRouter: another topic for those that match as a whole. `$1` and `${name}` are groups;
 * which patterns work is said in `config/java-regex.ts`.
 */
export function regexRouter(config: Config): Transform {
  const regex = javaRegexFull(config.string('regex'), 'regex');
  const replacement = javaReplacement(config.properties['replacement'] ?? '');
  return {
    apply: (record) => {
      const topic = record.topic.replace(regex, replacement);
      return topic === record.topic ? record : { ...record, topic };
    },
  };
}
