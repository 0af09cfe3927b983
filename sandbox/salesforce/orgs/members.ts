import { AppError } from '../../../src/foundation/errors.ts';
import { join } from 'node:path';

/** One of several orgs of a process. */
export interface MemberOptions {
  /** Its host is `NAME.localhost`; letters, digits and hyphens. */
  readonly name: string;
  /** Folder of a Salesforce DX project, where it is another than that of all. */
  readonly project?: string | undefined;
}

/** What tells the orgs of a process from one another. */
export interface Member {
  readonly name: string;
  readonly host: string;
  readonly project: string | undefined;
  readonly stateDir: string | undefined;
  readonly seed: number | undefined;
  readonly orgId: string | undefined;
  /** undefined: the usual one. */
  readonly username: string | undefined;
}

interface Given {
  readonly orgs?: readonly MemberOptions[] | undefined;
  readonly project?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly seed?: number | undefined;
  readonly orgId?: string | undefined;
  readonly username?: string | undefined;
}

/** A DNS label. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Each has a schema, an event log and two listeners of its own. */
const MAX_ORGS = 20;
export const DOMAIN = '.localhost';

/**
 * The orgs of a process, the one behind its common host first; a single one has no name. Throws AppError where names are
 * wrong, or there are too many.
 */
export function membersOf(given: Given): readonly [Member, ...Member[]] {
  const { project, stateDir, seed, orgId, username, orgs = [] } = given;
  const names = orgs.map(({ name }) => name.toLowerCase());
  for (const [i, name] of names.entries()) {
    if (!NAME.test(name)) throw invalid(`"${name}" can't be the name of an org: it is no host.`);
    if (names.indexOf(name) < i) throw invalid(`There are two orgs named "${name}".`);
  }
  if (names.length > MAX_ORGS) throw invalid(`One process has at most ${MAX_ORGS} orgs.`);
  const first: Member = {
    name: names[0] ?? '',
    host: `${names[0] ?? ''}${DOMAIN}`,
    project: orgs[0]?.project ?? project,
    stateDir,
    seed,
    orgId,
    username,
  };
  const others = orgs.slice(1).map((org, i): Member => {
    const name = org.name.toLowerCase();
    return {
      name,
      host: `${name}${DOMAIN}`,
      project: org.project ?? project,
      stateDir: stateDir === undefined ? undefined : join(stateDir, 'orgs', name),
      seed: seed === undefined ? undefined : seed + i + 1,
      orgId: undefined,
      username: `admin@${name}.headwater.sandbox`,
    };
  });
  return [first, ...others];
}

function invalid(message: string): AppError {
  return new AppError('config', 'sandbox.orgs.invalid', message, {
    path: 'orgs',
    suggestion: 'Use different names of letters, digits and hyphens.',
  });
}
