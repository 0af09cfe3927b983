import type { FastifyInstance } from 'fastify';
import { propertiesOf } from './body.ts';
import type { RestContext } from './context.ts';
import { badRequest } from './errors.ts';
import { flagOf } from './query-values.ts';

interface OfClass {
  readonly Params: { readonly class: string };
}

/** `/connector-plugins`: what this worker can run, and the dry run of a configuration; `/headwater/v1/plugins`: `plugin.path`. */
export function pluginRoutes(app: FastifyInstance, { herder, redact }: RestContext): void {
  app.get<{ Querystring: { connectorsOnly?: string } }>('/connector-plugins', ({ query }) =>
    herder.plugins(flagOf(query.connectorsOnly, true)),
  );

  app.get<OfClass & { Querystring: { version?: string } }>(
    '/connector-plugins/:class/config',
    ({ params, query }) => herder.pluginConfig(params.class, query.version),
  );

  app.get('/headwater/v1/plugins', () => herder.pluginPackages());

  app.put<OfClass>('/connector-plugins/:class/config/validate', async ({ params, body }) => {
    const properties = propertiesOf(body);
    const included = properties['connector.class'];
    if (included !== undefined && !simple(included).endsWith(simple(params.class))) {
      throw badRequest(
        `Included connector type ${included} does not match request type ${params.class}`,
        'connector.class',
      );
    }
    const infos = await herder.validate(params.class, properties);
    const configs = infos.configs.map((info) =>
      info.value.errors.length === 0
        ? info
        : { ...info, value: { ...info.value, errors: info.value.errors.map(redact) } },
    );
    return { ...infos, configs };
  });
}

/** `…FileStreamSourceConnector` and `FileStreamSource` name the same. */
function simple(className: string): string {
  return className.endsWith('Connector') ? className.slice(0, -'Connector'.length) : className;
}
