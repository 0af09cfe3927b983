/** An org with REST and the Streaming API, and a bare Bayeux client that sees what is on the wire. */
import { createEventBus } from '../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../sandbox/salesforce/events/event-bus.ts';
import type { EventSettings } from '../../sandbox/salesforce/events/settings.ts';
import { noFaults } from '../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../sandbox/salesforce/http.ts';
import { requireSession } from '../../sandbox/salesforce/login/session.ts';
import { ChangeEventSelection } from '../../sandbox/salesforce/org/change-event-selection.ts';
import { createOrg } from '../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../sandbox/salesforce/org/org.ts';
import type { Actor, JsonValues } from '../../sandbox/salesforce/org/types.ts';
import { registerRest } from '../../sandbox/salesforce/rest/index.ts';
import { registerStreaming } from '../../sandbox/salesforce/streaming/index.ts';
import { noStreamingFaults } from '../../sandbox/salesforce/streaming/settings.ts';
import type {
  StreamingFaults,
  StreamingSettings,
} from '../../sandbox/salesforce/streaming/settings.ts';
import type { Clock } from '../../src/foundation/clock.ts';
import { ORDER_EVENT } from './pubsub.ts';

export interface TestStreaming extends AsyncDisposable {
  readonly org: SandboxOrg;
  readonly events: EventBus;
  readonly faults: StreamingFaults;
  readonly actor: Actor;
  /** `http://localhost:PORT`; by this name cookies are demanded. */
  readonly url: string;
  readonly accessToken: string;
  insert(entity: string, values: JsonValues): string;
  update(entity: string, id: string, values: JsonValues): void;
  remove(id: string): void;
  undelete(id: string): void;
}

export interface TestStreamingOptions {
  readonly settings?: Partial<StreamingSettings>;
  readonly events?: Partial<EventSettings>;
  readonly clock?: Clock;
}

export async function startTestStreaming(
  options: TestStreamingOptions = {},
): Promise<TestStreaming> {
  const org = createOrg({ seed: 1 });
  org.addObject(ORDER_EVENT);
  const { random } = org;
  const events = createEventBus({
    org,
    selection: new ChangeEventSelection(org, undefined),
    random,
    settings: options.events,
  });
  const app = createApp();
  const faults = noStreamingFaults();
  const { settings, clock } = options;
  const { generic } = registerStreaming(app, { org, events, random, settings, faults, clock });
  registerRest(app, {
    org,
    requireSession,
    settings: noFaults(),
    publisher: events,
    schemas: events,
    generic,
  });
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const actor = { userId: org.admin.id, origin: 'com/salesforce/api/rest/66.0;client=test' };
  const write = (write: Parameters<SandboxOrg['write']>[1][number]): string => {
    const [result] = org.write(actor, [write], true);
    const id = result?.id ?? undefined;
    if (id === undefined) throw new Error(`not written: ${result?.errors[0]?.message}`);
    return id;
  };
  return {
    org,
    events,
    faults,
    actor,
    url: `http://localhost:${port}`,
    accessToken: org.openSession(org.admin.id).accessToken,
    insert: (entity, values) => write({ op: 'insert', entity, values }),
    update: (entity, id, values) => void write({ op: 'update', entity, id, values }),
    remove: (id) => void write({ op: 'delete', id }),
    undelete: (id) => void write({ op: 'undelete', id }),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      events.close();
    },
  };
}

export type Message = Readonly<Record<string, unknown>> & {
  readonly channel?: string;
  readonly clientId?: string;
  readonly error?: string;
  readonly successful?: boolean;
  readonly advice?: Readonly<Record<string, unknown>>;
  readonly ext?: { readonly sfdc?: { readonly failureReason?: string }; readonly replay?: boolean };
  readonly data?: {
    readonly schema?: string;
    readonly payload?: Readonly<Record<string, unknown>>;
    readonly sobject?: Readonly<Record<string, unknown>>;
    readonly event?: {
      readonly replayId: number;
      readonly type?: string;
      readonly createdDate?: string;
    };
  };
};

/** Sends what it is told to; keeps cookies, names its client, and numbers its messages. */
export class BareBayeux {
  readonly cookies = new Map<string, string>();
  readonly headers: Record<string, string> = { 'Content-Type': 'application/json' };
  clientId: string | undefined;
  path = '/cometd/67.0';
  readonly #url: string;
  #sent = 0;

  constructor(
    server: Pick<TestStreaming, 'url' | 'accessToken'>,
    token: string | undefined = server.accessToken,
  ) {
    this.#url = server.url;
    if (token !== undefined) this.headers['Authorization'] = `Bearer ${token}`;
  }

  async post(body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...this.headers, ...(cookie === '' ? {} : { Cookie: cookie }) };
    const response = await fetch(this.#url + this.path, { method: 'POST', headers, body, ...init });
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  async send(...messages: readonly object[]): Promise<readonly Message[]> {
    const { clientId } = this;
    const complete = messages.map((message) => ({
      id: String(++this.#sent),
      ...(clientId === undefined ? {} : { clientId }),
      ...message,
    }));
    const response = await this.post(JSON.stringify(complete));
    return (await response.json()) as readonly Message[];
  }

  async handshake(): Promise<Message> {
    const [reply = {}] = await this.send({
      channel: '/meta/handshake',
      version: '1.0',
      supportedConnectionTypes: ['long-polling'],
    });
    this.clientId = reply.clientId;
    return reply;
  }

  async subscribe(subscription: string, replayId?: unknown): Promise<Message> {
    const ext = replayId === undefined ? {} : { ext: { replay: { [subscription]: replayId } } };
    const [reply = {}] = await this.send({ channel: '/meta/subscribe', subscription, ...ext });
    return reply;
  }

  /** Held until there are events, or as long as `timeout` says. */
  connect(timeout?: number): Promise<readonly Message[]> {
    const advice = timeout === undefined ? {} : { advice: { timeout } };
    return this.send({ channel: '/meta/connect', connectionType: 'long-polling', ...advice });
  }

  /** The events that are there already, connects until there are no more. */
  async drain(): Promise<Message[]> {
    const events: Message[] = [];
    for (;;) {
      const more = (await this.connect(0)).filter((message) => message.data !== undefined);
      if (more.length === 0) return events;
      events.push(...more);
    }
  }
}
