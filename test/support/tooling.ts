/** The one query of the Tooling API that clients of managed subscriptions make, answered from an org's events. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate } from './pubsub.ts';
import type { TestPubSub } from './pubsub.ts';

export interface Tooling extends AsyncDisposable {
  readonly url: string;
}

export async function startTooling({ events }: TestPubSub): Promise<Tooling> {
  const server = createServer(await certificate(), (request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams.get('q') ?? '';
    const [, field, value = ''] = / WHERE (Id|DeveloperName)='(\w+)' LIMIT 1$/.exec(query) ?? [];
    const { managed } = events;
    const found = field === 'Id' ? managed.byId(value) : managed.byDeveloperName(value);
    const records = [found].flatMap((record) => {
      if (record === undefined) return [];
      const { id, developerName, ...metadata } = record;
      return [{ Id: id, DeveloperName: developerName, Metadata: metadata }];
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ size: records.length, done: true, records }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
