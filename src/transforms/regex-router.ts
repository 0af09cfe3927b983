import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import {
  javaRegex,
  javaRegexFull,
  javaRegexProblem,
  javaReplacement,
} from '../config/java-regex.ts';
import { stringKey, textOf } from './options.ts';
import { refusal } from './side.ts';
import type { Transform } from './transform.ts';

export const REGEX_ROUTER_CONFIG: ConfigDef = [
  stringKey('regex', 'Regular expression to use for matching.', {
    importance: 'HIGH',
    check: (value) => javaRegexProblem(String(value)),
  }),
  stringKey('replacement', 'Replacement string.', { importance: 'HIGH' }),
];

/**
 * Connect's RegexRouter: another topic for those that match as a whole. `$1` and `${name}` are groups;
 * which patterns work is said in `config/java-regex.ts`.
 */
export function regexRouter(config: Config): Transform {
  const pattern = textOf(config, REGEX_ROUTER_CONFIG, 'regex') ?? '';
  const whole = javaRegexFull(pattern, 'regex');
  // What is replaced is the first match, as in Java: with `a|ab` that is less than the whole.
  const first = javaRegex(pattern, 'regex');
  const text = textOf(config, REGEX_ROUTER_CONFIG, 'replacement') ?? '';
  const replacement = javaReplacement(text);
  const missing = missingGroup(first, text);
  return {
    apply: (record) => {
      if (!whole.test(record.topic)) return record;
      if (missing !== undefined) throw refusal(`No group ${missing}`, 'replacement');
      const topic = record.topic.replace(first, replacement);
      return topic === record.topic ? record : { ...record, topic };
    },
  };
}

/** The first group of a replacement that the pattern doesn't have. */
function missingGroup({ source, flags }: RegExp, text: string): string | undefined {
  const groups = (new RegExp(`${source}|`, flags).exec('')?.length ?? 1) - 1;
  const used = [...text.matchAll(/\\.|\$(\d)/gs)].map(([, digit]) => digit);
  return used.find((digit) => digit !== undefined && Number(digit) > groups);
}
