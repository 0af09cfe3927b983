/** The sandbox's REST API alone: an org behind its routes on a free port, and a client of it. */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { noFaults, type FaultSettings } from '../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../sandbox/salesforce/http.ts';
import { requireSession } from '../../sandbox/salesforce/login/session.ts';
import { makeField } from '../../sandbox/salesforce/org/field-spec.ts';
import { createOrg, type SandboxOrg } from '../../sandbox/salesforce/org/org.ts';
import { registerRest } from '../../sandbox/salesforce/rest/index.ts';

export interface RestOrg {
  readonly org: SandboxOrg;
  readonly conn: Connection;
  readonly faults: FaultSettings;
  /** Sends a request as it is; the path begins after `/services/data/`. */
  raw(method: string, path: string, init?: RawInit): Promise<RawAnswer>;
  close(): Promise<void>;
}

export interface RawInit {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where there is no JSON. */
  readonly json: unknown;
}

/** Accounts have an external id `Ext__c`, unique, and another, `Loose__c`, that isn't. */
export async function startRestOrg(): Promise<RestOrg> {
  const org = createOrg({ seed: 5 });
  const custom = { label: 'Ext', custom: true, externalId: true };
  org.addField('Account', makeField({ ...custom, name: 'Ext__c', type: 'string', unique: true }));
  org.addField('Account', makeField({ ...custom, name: 'Loose__c', type: 'string' }));
  const faults = noFaults();
  const app = createApp();
  registerRest(app, { org, requireSession, settings: faults });
  const instanceUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  const { accessToken } = org.openSession(org.admin.id);
  return {
    org,
    faults,
    conn: new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' }),
    raw: async (method, path, { headers = {}, body } = {}) => {
      const response = await fetch(`${instanceUrl}/services/data/${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}`, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, text, json };
    },
    close: () => app.close(),
  };
}

/** What jsforce throws. */
export async function refused(
  promise: PromiseLike<unknown>,
): Promise<{ errorCode: string; message: string }> {
  return promise.then(
    (value) => {
      throw new Error(`Not refused: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as { errorCode: string; message: string },
  );
}

/** Its id. */
export async function createAccount(
  conn: Connection,
  values: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { id } = await conn.sobject('Account').create({ Name: 'A', ...values });
  if (id === undefined) throw new Error('no id');
  return id;
}
