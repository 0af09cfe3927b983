import type { FastifyInstance } from 'fastify';
import { propertiesOf } from './body.ts';
import type { RestContext } from './context.ts';
import { badRequest } from './errors.ts';

interface OfClass {
  readonly Params: { readonly class: string };
}

/** `/connector-plugins`: what this worker can run, and the dry run of a configuration. */
export function pluginRoutes(app: FastifyInstance, { herder, redact }: RestContext): void {
  app.get<{ Querystring: { connectorsOnly?: string } }>('/connector-plugins', ({ query }) =>
    herder.plugins(query.connectorsOnly !== 'false'),
  );

  app.get<OfClass & { Querystring: { version?: string } }>(
    '/connector-plugins/:class/config',
    ({ params, query }) => {
      const keys = herder.pluginConfig(params.class);
      if (query.version !== undefined) checkVersion(params.class, query.version);
      return keys;
    },
  );

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

  /** One version of each plugin is there. */
  function checkVersion(pluginClass: string, version: string): void {
    const available = herder
      .plugins(false)
      .find((plugin) => plugin.class === pluginClass || simple(plugin.class) === pluginClass);
    const asked = version.replace(/^\[([^,]*)\]$/, '$1');
    if (asked === 'latest' || available === undefined || available.version === asked) return;
    throw badRequest(
      `Plugin ${pluginClass} not found that matches the version range [${asked},${asked}], available versions: [${available.version ?? ''}]`,
    );
  }
}

/** `…FileStreamSourceConnector` and `FileStreamSource` name the same. */
function simple(className: string): string {
  return className.endsWith('Connector') ? className.slice(0, -'Connector'.length) : className;
}
