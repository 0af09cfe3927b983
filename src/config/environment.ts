/** A worker's properties from `CONNECT_*` variables, as the usual container images take them. */
import type { Properties } from './definition.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'CONNECT_';
/** No worker's properties: the address that commands ask, and the images' own settings of Java's logging. */
const OTHERS = /^CONNECT_(URL$|LOG4J_|CLASSPATH$|KAFKA_)/;
/** Longest first. */
const MARKS: Readonly<Record<string, string>> = { ___: '-', __: '_', _: '.' };

/**
 * `CONNECT_BOOTSTRAP_SERVERS` is `bootstrap.servers`: lower case, `_` for a dot, `__` for an underscore, `___` for a
 * dash. Empty values count: `CONNECT_ADMIN_LISTENERS=` is a value of its own.
 */
export function environmentProperties(environment: Environment): Properties {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      if (!name.startsWith(PREFIX) || OTHERS.test(name) || value === undefined) return [];
      const bare = name.slice(PREFIX.length).toLowerCase();
      return [[bare.replaceAll(/_{1,3}/g, (marks) => MARKS[marks] ?? marks), value] as const];
    }),
  );
}
