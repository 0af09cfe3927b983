import type { Tls } from '../certificates.ts';
import { listen } from '../http.ts';
import type { Listening } from '../http.ts';
import { LOOPBACK } from '../ports.ts';
import type { Ports } from '../ports.ts';
import { startPubSub } from '../pubsub/server.ts';
import type { HostedOrg } from './credentials.ts';
import { byHost, resolves } from './hosts.ts';
import type { Handle } from './hosts.ts';
import type { OpenOrg } from './open-org.ts';

interface Serving {
  readonly ports: Ports;
  readonly opened: readonly OpenOrg[];
  /** Orgs were asked for by name. */
  readonly named: boolean;
  readonly tls: Tls;
}

/** Opens the listeners: those of all orgs, by host, and two for each further one alone. */
export async function serve(
  { ports, opened, named, tls }: Serving,
  started: (() => Promise<void>)[],
): Promise<readonly [HostedOrg, ...HostedOrg[]]> {
  const [first, ...others] = opened;
  if (first === undefined) throw new TypeError('There is no org.');
  for (const [i, other] of others.entries()) {
    const own = await listen(other.app, tls, ports.further[i] ?? { http: 0, https: 0 });
    started.push(() => own.close());
    Object.assign(other, { http: own.http, https: own.https });
  }
  const handleOf =
    ({ app }: OpenOrg): Handle =>
    (request, response) =>
      app.routing(request, response);
  const byName = new Map(opened.map((each): [string, Handle] => [each.name, handleOf(each)]));
  const route = named ? byHost(handleOf(first), byName) : undefined;
  const web = await listen(first.app, tls, ports, route);
  started.push(() => web.close());
  Object.assign(first, { http: web.http, https: web.https });
  for (const each of opened) each.shown = await shownHosts(each, web);
  const pubsub = await startPubSub(
    {
      ...first.pubsub,
      tls,
      host: LOOPBACK,
      tlsPort: ports.pubsub,
      plainPort: ports.pubsubPlain,
    },
    others.map((other) => other.pubsub),
  );
  started.push(() => pubsub.close());
  const pubsubAt = {
    pubsub: `localhost:${pubsub.tlsPort}`,
    pubsubPlain: `${LOOPBACK}:${pubsub.plainPort}`,
  };
  const hosted: HostedOrg[] = [];
  for (const { name, host, org, events, http, https, begin } of opened) {
    hosted.push({ name, host, ...(await begin({ http, https, ...pubsubAt })), org, events });
  }
  const [one, ...more] = hosted;
  if (one === undefined) throw new TypeError('There is no org.');
  return [one, ...more];
}

/** By the org's name, where names below `localhost` lead here; else by its port. */
async function shownHosts(
  { host, http, https }: OpenOrg,
  web: Listening,
): Promise<OpenOrg['shown']> {
  const at = (url: string): string => new URL(url).host;
  if (!(await resolves(host))) return { http: at(http), https: at(https) };
  const port = (url: string): string => new URL(url).port;
  return { http: `${host}:${port(web.http)}`, https: `${host}:${port(web.https)}` };
}
