/**
 * Goal: managed subscriptions work for other people's clients as in Salesforce, from record to commit.
 * Method: the whole sandbox; records written over the Tooling API, salesforce-pubsub-api-client from npm, unmodified.
 */
import PubSubApiClient from 'salesforce-pubsub-api-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetch } from 'undici';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { eventually } from '../../../support/eventually.ts';

interface ParsedEvent {
  readonly replayId: number;
  readonly payload: { readonly ChangeEventHeader: { readonly changeType: string } };
}

let sandbox: Sandbox;
/** Of each stream: a closed client would throw when its connection ends, so that comes first. */
let endings: Promise<void>[];
const silent = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

beforeEach(async () => {
  endings = [];
  // The client's own client for HTTP takes no certificate authority.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  sandbox = await startSandbox({ seed: 5 });
});
afterEach(async () => {
  await sandbox.close();
  await Promise.all(endings);
  vi.unstubAllEnvs();
});

const newToken = (): string =>
  sandbox.org.openSession(sandbox.org.user(sandbox.username)?.id ?? '').accessToken;

async function connect(): Promise<PubSubApiClient> {
  const client = new PubSubApiClient(
    {
      authType: 'user-supplied',
      accessToken: newToken(),
      instanceUrl: sandbox.https,
      organizationId: sandbox.orgId,
      pubSubEndpoint: sandbox.pubsub,
      rejectUnauthorizedSsl: false,
    },
    silent,
  );
  await client.connect();
  return client;
}

async function tooling(method: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(
    `${sandbox.http}/services/data/v66.0/tooling/sobjects/ManagedEventSubscription/${path}`,
    {
      method,
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${newToken()}`, 'content-type': 'application/json' },
    },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text === '' ? undefined : JSON.parse(text);
}

const METADATA = {
  label: 'Nightly Sync',
  topicName: '/data/AccountChangeEvent',
  defaultReplay: 'EARLIEST',
  errorRecoveryReplay: 'EARLIEST',
  state: 'RUN',
};

/** The events of a managed subscription, once there are `count`. */
function collect(client: PubSubApiClient, idOrName: string, count: number): Promise<ParsedEvent[]> {
  const { promise: ending, resolve: end } = Promise.withResolvers<void>();
  const found: ParsedEvent[] = [];
  return new Promise((resolve, reject) => {
    client
      .subscribeWithManagedSubscription(
        idOrName,
        (_info, type, data) => {
          if (type === 'error') end();
          if (type === 'error') reject(data as unknown as Error);
          if (type !== 'event') return;
          found.push(data as unknown as ParsedEvent);
          if (found.length === count) resolve(found);
        },
        100,
      )
      .then(() => endings.push(ending), reject);
  });
}

function insertAccounts(...names: readonly string[]): void {
  const actor = { userId: sandbox.org.user(sandbox.username)?.id ?? '', origin: '' };
  for (const Name of names) {
    sandbox.org.write(actor, [{ op: 'insert', entity: 'Account', values: { Name } }], true);
  }
}

test('a client goes on after what another committed', async () => {
  const { id } = (await tooling('POST', '', { FullName: 'Nightly_Sync', Metadata: METADATA })) as {
    readonly id: string;
  };
  insertAccounts('A', 'B', 'C');
  const first = await connect();
  const all = await collect(first, 'Nightly_Sync', 3);
  const position = all[1]?.replayId ?? 0;
  first.commitReplayId(id, position);
  await eventually(
    () => sandbox.events.managed.committed(id),
    (sequence) => sequence === position,
  );
  // The stream ends with its session; another client, with one of its own, takes over.
  sandbox.org.endSessions({});
  insertAccounts('D');
  await Promise.all(endings);
  first.close();
  const second = await connect();
  const rest = await collect(second, id, 2);
  expect(rest[0]).toEqual(all[2]);
  expect(rest.map((event) => event.payload.ChangeEventHeader.changeType)).toEqual([
    'CREATE',
    'CREATE',
  ]);
  await tooling('PATCH', id, { Metadata: { ...METADATA, state: 'STOP' } });
  await Promise.all(endings);
  await expect(second.subscribeWithManagedSubscription(id, () => undefined)).rejects.toThrow(
    'STOP state',
  );
  second.close();
});
