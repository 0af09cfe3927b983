import type { FastifyInstance } from 'fastify';

export interface RouteIndex {
  /** The methods of a path; empty when there is no such path. */
  methodsOf(url: string): readonly string[];
}

/** Remembers the routes added from now on, for 405 and OPTIONS. */
export function createRouteIndex(app: FastifyInstance): RouteIndex {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/:\w+/g, '[^/]+').replace(/\/$/, '')}/?$`);
    routes.push({ pattern, methods: [method].flat() });
  });
  return {
    methodsOf: (url) => {
      const [path = ''] = url.split('?');
      const found = routes.filter(({ pattern }) => pattern.test(path));
      return [...new Set(found.flatMap(({ methods }) => methods))];
    },
  };
}
