import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { User } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { FLAG, objectOf, TEXT, TEXTS } from './schemas.ts';

const SETTINGS = {
  password: TEXT,
  name: TEXT,
  email: TEXT,
  active: FLAG,
  viewAllData: FLAG,
  modifyAllData: FLAG,
  apiEnabled: FLAG,
  bulkApiHardDelete: FLAG,
  hiddenObjects: TEXTS,
  hiddenFields: TEXTS,
};
const NEW_USER = objectOf({ username: TEXT, profile: TEXT, ...SETTINGS }, ['username']);
const CHANGED_USER = objectOf({ user: TEXT, username: TEXT, ...SETTINGS });

type Settings = Partial<Omit<User, 'id'>>;

interface NewUser {
  readonly username: string;
  /** By name; by default Standard User. */
  readonly profile?: string;
}

/** Users, what they may do, and whether they may log in at all. */
export function registerUserRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  app.get('/users', (_request, reply) => reply.send(org.users().map(withoutPassword)));

  app.post('/users', { schema: { body: NEW_USER } }, (request, reply) => {
    const { username, profile, ...settings } = request.body as Settings & NewUser;
    const values = {
      Username: username,
      LastName: settings.name ?? username.split('@')[0],
      Email: settings.email ?? username,
      Alias: username.slice(0, 8),
      IsActive: settings.active ?? true,
      ...(profile === undefined ? {} : { ProfileId: profileId(org, profile) }),
    };
    const actor = { userId: org.admin.id, origin: '' };
    const [result] = org.write(actor, [{ op: 'insert', entity: 'User', values }], true);
    const user = org.user(result?.id ?? '');
    if (user === undefined) throw result?.errors[0] ?? new TypeError('The user was not made.');
    org.putUser({ ...user, ...settings });
    return reply.code(201).send(org.user(user.id));
  });

  const change = (which: string, settings: Settings): object => {
    const user = org.user(which);
    if (user === undefined) {
      throw new SalesforceError(404, 'NOT_FOUND', `There is no user "${which}".`);
    }
    org.putUser({ ...user, ...settings });
    return withoutPassword(org.user(user.id) ?? user);
  };
  app.patch('/users', { schema: { body: CHANGED_USER } }, (request, reply) => {
    const { user, username, ...settings } = request.body as Settings & { user?: string };
    return reply.send(change(user ?? username ?? '', settings));
  });
  app.patch('/users/:user', { schema: { body: CHANGED_USER } }, (request, reply) => {
    const { user } = request.params as { user: string };
    return reply.send(change(user, request.body as Settings));
  });
}

function profileId(org: ControlDeps['org'], name: string): string {
  const [found] = org.findBy('Profile', 'Name', name);
  if (found !== undefined) return String(found['Id']);
  throw new SalesforceError(404, 'NOT_FOUND', `There is no profile "${name}".`);
}

function withoutPassword(user: User): Omit<User, 'password'> {
  const shown: Partial<User> & Omit<User, 'password'> = { ...user };
  delete (shown as { password?: string }).password;
  return shown;
}
