import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { DEFAULT_BULK_SETTINGS } from '../../../../sandbox/salesforce/bulk/settings.ts';
import type { BulkSettings } from '../../../../sandbox/salesforce/bulk/settings.ts';
import { noFaults } from '../../../../sandbox/salesforce/control/ports.ts';
import type { FaultSettings } from '../../../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../../../sandbox/salesforce/http.ts';
import { requireSession } from '../../../../sandbox/salesforce/login/session.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxClock } from '../../../../sandbox/salesforce/org/types.ts';
import { registerRest } from '../../../../sandbox/salesforce/rest/index.ts';
import { eventually } from '../../../support/eventually.ts';

export const VERSION = '60.0';

export interface BulkOrg {
  readonly org: SandboxOrg;
  readonly url: string;
  readonly faults: FaultSettings;
  /** Bulk API calls of the administrator; `path` begins after `jobs/`. */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Response>;
  readonly json: (method: string, path: string, body?: unknown) => Promise<JobJson>;
  /** The job's detail once it is finished. */
  readonly finished: (kind: 'ingest' | 'query', id: string) => Promise<JobJson>;
  /** An ingest job from its making to its results. */
  readonly ingest: (body: object, csv: NonNullable<RequestInit['body']>) => Promise<Ingested>;
  readonly connect: () => Connection;
  readonly close: () => Promise<void>;
}

export interface CallOptions {
  readonly body?: NonNullable<RequestInit['body']> | undefined;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly version?: string;
  readonly token?: string;
}

export type JobJson = Record<string, unknown> & { readonly id: string; readonly state: string };

export interface Ingested {
  readonly job: JobJson;
  readonly successful: string;
  readonly failed: string;
  readonly unprocessed: string;
}

/** REST and Bulk over an org of its own, with external ids on accounts and contacts. */
export async function startBulkOrg(
  settings: Partial<BulkSettings> = {},
  clock?: SandboxClock,
): Promise<BulkOrg> {
  const org = createOrg({ seed: 5, clock });
  const custom = { label: 'Ext', custom: true, externalId: true, unique: true };
  org.addField('Account', makeField({ ...custom, name: 'Ext__c', type: 'string' }));
  org.addField('Contact', makeField({ ...custom, name: 'Ext__c', type: 'string' }));
  const faults = noFaults();
  const app = createApp();
  const pace = { ...DEFAULT_BULK_SETTINGS, queueMs: 0, runMs: 0, ...settings };
  registerRest(app, { org, requireSession, settings: faults, bulk: pace });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { accessToken } = org.openSession(org.admin.id);

  const call: BulkOrg['call'] = (method, path, options = {}) => {
    const { body, type, headers, version = VERSION, token = accessToken } = options;
    return fetch(`${url}/services/data/v${version}/jobs/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(type === undefined ? {} : { 'Content-Type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    });
  };
  const json: BulkOrg['json'] = async (method, path, body) => {
    const type = 'application/json';
    const given = body === undefined ? {} : { body: JSON.stringify(body), type };
    const response = await call(method, path, given);
    return (await response.json()) as JobJson;
  };
  const finished: BulkOrg['finished'] = (kind, id) =>
    eventually(
      () => json('GET', `${kind}/${id}`),
      ({ state }) => /^(?:JobComplete|Failed|Aborted)$/.test(state),
    );
  const results = async (id: string): Promise<Omit<Ingested, 'job'>> => {
    const text = async (path: string): Promise<string> =>
      (await call('GET', `ingest/${id}/${path}`)).text();
    return {
      successful: await text('successfulResults'),
      failed: await text('failedResults'),
      unprocessed: await text('unprocessedrecords/'),
    };
  };
  const ingest: BulkOrg['ingest'] = async (body, csv) => {
    const { id } = await json('POST', 'ingest', body);
    const put = await call('PUT', `ingest/${id}/batches`, { body: csv, type: 'text/csv' });
    if (put.status !== 201) throw new Error(await put.text());
    await json('PATCH', `ingest/${id}`, { state: 'UploadComplete' });
    const job = await finished('ingest', id);
    return { job, ...(await results(id)) };
  };
  const connect = (): Connection =>
    new jsforce.Connection({
      instanceUrl: url,
      accessToken,
      version: VERSION,
      callOptions: { client: 'loader' },
    });
  return { org, url, faults, call, json, finished, ingest, connect, close: () => app.close() };
}
