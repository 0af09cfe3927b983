import { eventually } from '../../../support/eventually.ts';
import type { BulkOrg } from '../bulk/support.ts';

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** A request to the classic API; `path` begins after the version, `type` is the content type. */
export type Call = (method: string, path: string, given?: Given) => Promise<Answer>;

export interface Given {
  readonly body?: string | Buffer;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly version?: string;
}

export const XML = 'application/xml; charset=UTF-8';
export const JSON_TYPE = 'application/json';

/** As the administrator, by the API's own header. */
export function classicCalls({ org, url }: BulkOrg): Call {
  const { accessToken } = org.openSession(org.admin.id);
  return async (method, path, { body, type, headers, version = '60.0' } = {}) => {
    const response = await fetch(`${url}/services/async/${version}/${path}`, {
      method,
      headers: {
        'X-SFDC-Session': accessToken,
        ...(type === undefined ? {} : { 'Content-Type': type }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('Content-Type'), text };
  };
}

export function jobInfo(properties: Record<string, string>): string {
  const elements = Object.entries(properties).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?><jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload">${elements.join('')}</jobInfo>`;
}

/** Text of the first element or JSON property of that name. */
export function valueOf({ text }: Answer, name: string): string {
  const pattern = text.startsWith('<')
    ? new RegExp(`<${name}>([^<]*)</${name}>`)
    : new RegExp(`"${name}":(?:"([^"]*)"|[^,}]*)`);
  return pattern.exec(text)?.[1] ?? '';
}

/** Opens a job, gives it one batch, and waits for its end. */
export async function runBatch(
  call: Call,
  job: Record<string, string>,
  batch: {
    readonly body: string | Buffer;
    readonly type: string;
    headers?: Record<string, string>;
  },
): Promise<{ readonly batch: Answer; readonly path: string; readonly job: string }> {
  const opened = await call('POST', 'job', { body: jobInfo(job), type: XML });
  const id = valueOf(opened, 'id');
  const queued = await call('POST', `job/${id}/batch`, batch);
  const path = `job/${id}/batch/${valueOf(queued, 'id')}`;
  const ended = await eventually(
    () => call('GET', path),
    (answer) => /Completed|Failed|NotProcessed/.test(valueOf(answer, 'state')),
  );
  return { batch: ended, path, job: id };
}
