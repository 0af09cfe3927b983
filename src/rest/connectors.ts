import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Properties } from '../config/definition.ts';
import { AppError } from '../foundation/errors.ts';
import type { ConnectorInfo } from '../herder/herder.ts';
import { createRequest, patchOf, propertiesOf } from './body.ts';
import type { RestContext } from './context.ts';
import { badRequest, httpError } from './errors.ts';
import { intOf, flagOf } from './query-values.ts';

const MAX_NAME = 1_000;

interface Named {
  readonly Params: { readonly name: string };
}
interface Task {
  readonly Params: { readonly name: string; readonly task: string };
}

/** `/connectors`, its configurations, states and topics. */
export function connectorRoutes(
  app: FastifyInstance,
  { herder, topicTracking = { enabled: true, resettable: true } }: RestContext,
): void {
  app.get<{ Querystring: { expand?: string | string[] } }>('/connectors', ({ query }) => {
    const { expand } = query;
    const names = herder.connectors();
    if (expand === undefined) return names;
    const wanted = [expand].flat();
    const entry = (name: string): object => ({
      ...(wanted.includes('status') ? { status: herder.status(name) } : {}),
      ...(wanted.includes('info') ? { info: herder.info(name) } : {}),
    });
    return Object.fromEntries(names.flatMap((name) => ifThere(() => [[name, entry(name)]])));
  });

  app.post('/connectors', async ({ body, host, protocol }, reply) => {
    const { name, config, initialState } = createRequest(body);
    const info = await herder.create(name, named(name, config), initialState);
    return created(reply, `${protocol}://${host}`, info);
  });

  app.get<Named>('/connectors/:name', ({ params }) => herder.info(params.name));

  app.delete<Named>('/connectors/:name', async ({ params }, reply) => {
    await herder.delete(params.name);
    return reply.code(204).send();
  });

  app.get<Named>('/connectors/:name/config', ({ params }) => herder.config(params.name));

  app.put<Named>('/connectors/:name/config', async ({ params, body, host, protocol }, reply) => {
    const config = named(params.name, propertiesOf(body));
    const { created: isNew, info } = await herder.putConfig(params.name, config);
    return isNew ? created(reply, `${protocol}://${host}`, info) : info;
  });

  app.patch<Named>('/connectors/:name/config', ({ params, body }) => {
    const isNone = body === null || body === undefined;
    const patch = isNone ? {} : patchOf(body);
    herder.config(params.name);
    if (isNone) throw badRequest('The patch must be a JSON object.');
    const own = patch['name'];
    if (own !== undefined && own !== params.name) throw otherName(String(own), params.name);
    return herder.patchConfig(params.name, patch);
  });

  app.get<Named>('/connectors/:name/status', ({ params }) => herder.status(params.name));

  app.get<Named>('/connectors/:name/tasks', ({ params }) => herder.tasks(params.name));

  app.get<Task>('/connectors/:name/tasks/:task/status', ({ params }, reply) => {
    const task = intOf(params.task);
    if (task === undefined) return reply.code(404).send(httpError(404));
    return herder.taskStatus(params.name, task);
  });

  app.post<Task>('/connectors/:name/tasks/:task/restart', async ({ params }, reply) => {
    const task = intOf(params.task);
    if (task === undefined) return reply.code(404).send(httpError(404));
    await herder.restartTask(params.name, task);
    return reply.code(204).send();
  });

  app.post<Named & { Querystring: { includeTasks?: string; onlyFailed?: string } }>(
    '/connectors/:name/restart',
    async ({ params, query }, reply) => {
      const planned = await herder.restart(params.name, {
        includeTasks: flagOf(query.includeTasks),
        onlyFailed: flagOf(query.onlyFailed),
      });
      return planned === undefined ? reply.code(204).send() : reply.code(202).send(planned);
    },
  );

  app.put<Named>('/connectors/:name/pause', async ({ params }, reply) => {
    await herder.pause(params.name);
    return reply.code(202).send();
  });

  app.put<Named>('/connectors/:name/resume', async ({ params }, reply) => {
    await herder.resume(params.name);
    return reply.code(202).send();
  });

  app.put<Named>('/connectors/:name/stop', async ({ params }, reply) => {
    await herder.stop(params.name);
    return reply.code(204).send();
  });

  const { enabled, resettable } = topicTracking;
  const forbidden = (reply: FastifyReply, what: string): FastifyReply =>
    reply.code(403).send({ error_code: 403, message: `Topic tracking ${what}is disabled.` });

  app.get<Named>('/connectors/:name/topics', ({ params }, reply) =>
    enabled ? { [params.name]: { topics: herder.topics(params.name) } } : forbidden(reply, ''),
  );

  app.put<Named>('/connectors/:name/topics/reset', ({ params }, reply) => {
    if (!enabled) return forbidden(reply, '');
    if (!resettable) return forbidden(reply, 'reset ');
    herder.resetTopics(params.name);
    return reply.code(202).send();
  });
}

/** The configuration with its name, which must be the request's. */
function named(name: string, config: Properties): Properties {
  const problem = nameProblem(name);
  if (problem !== undefined) throw badRequest(`Connector name ${problem}`, 'name');
  const own = config['name'];
  if (own === undefined || own === name) return { ...config, name };
  throw otherName(own, name);
}

function otherName(own: string, name: string): Error {
  return badRequest(
    `Connector name configuration (${own}) doesn't match connector name in the URL (${name})`,
    'name',
  );
}

/** What would make a connector that no path reaches. */
function nameProblem(name: string): string | undefined {
  if (name.includes('/')) return `${name} must not contain a slash: paths couldn't hold it.`;
  if (name === '.' || name === '..') return `${name} is a step in a path.`;
  if (!name.isWellFormed()) return 'must be well-formed Unicode.';
  return name.length > MAX_NAME ? `must not be longer than ${MAX_NAME} characters.` : undefined;
}

function created(reply: FastifyReply, base: string, info: ConnectorInfo): FastifyReply {
  const location = `${base}/connectors/${encodeURIComponent(info.name)}`;
  return reply.code(201).header('location', location).send(info);
}

/** A connector that is just being made or removed is left out of a list. */
function ifThere<T>(entries: () => readonly T[]): readonly T[] {
  try {
    return entries();
  } catch (error) {
    if (error instanceof AppError && error.kind === 'missing') return [];
    throw error;
  }
}
