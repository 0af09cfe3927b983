/** What the sandbox's benchmark measures of one org; all numbers are per second, as the client counts. */
import { PubSubClient } from '../../connectors/salesforce/pubsub/client.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import type { BenchOrg } from './sandbox-org.ts';

const FIELDS =
  'Id, Name, Industry, Phone, BillingCity, AnnualRevenue, CreatedDate, LastModifiedDate';
/** Requests under way at a time. */
const CLIENTS = 16;

interface Load {
  readonly rate: number;
  readonly done: number;
  readonly failed: number;
}

async function perSecond(count: () => Promise<number>): Promise<number> {
  const begun = performance.now();
  const done = await count();
  return Math.round(done / ((performance.now() - begun) / 1000));
}

/** So many edits by the org's own load, as fast as it can. */
export async function edit(org: BenchOrg, edits: number): Promise<number> {
  const before = await org.json<Load>('GET', '/__sandbox/v1/load');
  return await perSecond(async () => {
    await org.json('PUT', '/__sandbox/v1/load', { rate: 20_000 });
    let now = before;
    while (now.done - before.done < edits) {
      await systemClock.sleep(50);
      now = await org.json<Load>('GET', '/__sandbox/v1/load');
    }
    now = await org.json<Load>('PUT', '/__sandbox/v1/load', { rate: 0 });
    return now.done - before.done;
  });
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round(performance.now() - begun);
}

/** A snapshot, some edits, and back again. */
export async function snapshot(org: BenchOrg): Promise<{ takeMs: number; restoreMs: number }> {
  const path = '/__sandbox/v1/snapshots';
  const takeMs = await msOf(() => org.json('POST', path, { name: 'bench' }));
  await edit(org, 1000);
  const restoreMs = await msOf(() => org.json('POST', `${path}/bench/restore`));
  return { takeMs, restoreMs };
}

/** All retained events, to one subscriber. */
export async function subscribe(org: BenchOrg): Promise<{ events: number; perSecond: number }> {
  const { access } = org;
  const client = new PubSubClient({
    endpoint: `http://${access.pubsubPlain}`,
    clock: systemClock,
    identity: () => ({
      accessToken: access.accessToken,
      instanceUrl: access.http,
      orgId: access.orgId,
    }),
  });
  let events = 0;
  const rate = await perSecond(
    () =>
      new Promise((resolve, reject) => {
        const stream = client.subscribe('/data/ChangeEvents', { preset: 'EARLIEST' }, 100, {
          ended: (error) => reject(error ?? new Error('the stream ended')),
          message: (response) => {
            events += response.events.length;
            // Fewer than asked for: it has come to the end.
            if (response.events.length > 0) stream.request(response.events.length);
            if (response.events.length === 100) return;
            stream.cancel();
            client[Symbol.dispose]();
            resolve(events);
          },
        });
      }),
  );
  return { events, perSecond: rate };
}

/** `count` requests, some at a time; `each` gets the request's number. */
async function concurrently(count: number, each: (i: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return count;
}

/** An answer that costs the sandbox nothing: what HTTP itself allows. */
export function restCeiling(org: BenchOrg, count: number): Promise<number> {
  return perSecond(() => concurrently(count, () => org.call('GET', '/services/data')));
}

/** Single records, every other one made, the others changed. */
export async function restWrites(org: BenchOrg, count: number): Promise<number> {
  const made: string[] = [];
  return await perSecond(() =>
    concurrently(count, async (i) => {
      const id = made[i % Math.max(1, made.length)];
      if (i % 2 === 0 || id === undefined) {
        const body = { Name: `Bench ${i}`, Phone: '+45 12345678', BillingCity: 'Aarhus' };
        const { id: own } = await org.json<{ id: string }>('POST', 'sobjects/Account', body);
        made.push(own);
      } else {
        const body = JSON.stringify({ Phone: `+45 ${10_000_000 + i}`, NumberOfEmployees: i });
        await org.call('PATCH', `sobjects/Account/${id}`, body);
      }
    }),
  );
}

/** Rows in calls of 200. */
export function collectionWrites(org: BenchOrg, calls: number): Promise<number> {
  return perSecond(async () => {
    await concurrently(calls, (i) => {
      const records = Array.from({ length: 200 }, (_, k) => ({
        attributes: { type: 'Lead' },
        LastName: `Bench ${i} ${k}`,
        Company: `Company ${i} ${k}`,
        City: 'Aarhus',
      }));
      return org.json('POST', 'composite/sobjects', { allOrNone: false, records });
    });
    return calls * 200;
  });
}

export function bulkIngest(org: BenchOrg, rows: number): Promise<number> {
  const lines = Array.from(
    { length: rows },
    (_, i) => `Bulk ${i},Given,Company ${i},bulk${i}@mail.example,+45 ${10_000_000 + i},Web,Hot\n`,
  );
  const csv = `LastName,FirstName,Company,Email,Phone,LeadSource,Rating\n${lines.join('')}`;
  return perSecond(async () => {
    const spec = { object: 'Lead', operation: 'insert', lineEnding: 'LF' };
    const { id } = await org.json<{ id: string }>('POST', 'jobs/ingest', spec);
    await org.call('PUT', `jobs/ingest/${id}/batches`, csv, 'text/csv');
    await org.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
    const job = await finished(org, `jobs/ingest/${id}`);
    if (job.numberRecordsFailed !== 0) throw new Error(`${job.numberRecordsFailed} rows failed`);
    return job.numberRecordsProcessed;
  });
}

interface Job {
  readonly state: string;
  readonly numberRecordsProcessed: number;
  readonly numberRecordsFailed: number;
}

async function finished(org: BenchOrg, path: string): Promise<Job> {
  for (;;) {
    const job = await org.json<Job>('GET', path);
    if (job.state === 'JobComplete') return job;
    if (job.state === 'Failed' || job.state === 'Aborted') throw new Error(JSON.stringify(job));
    await systemClock.sleep(20);
  }
}

/** All accounts, page by page. */
export function query(org: BenchOrg): Promise<number> {
  return perSecond(async () => {
    let path = `query?q=${encodeURIComponent(`SELECT ${FIELDS} FROM Account`)}`;
    for (let rows = 0; ;) {
      const page = await org.json<{ records: unknown[]; nextRecordsUrl?: string }>('GET', path);
      rows += page.records.length;
      if (page.nextRecordsUrl === undefined) return rows;
      path = page.nextRecordsUrl;
    }
  });
}

/** The same by the Bulk API, the job's time counted too. */
export function bulkQuery(org: BenchOrg): Promise<number> {
  return perSecond(async () => {
    const spec = { operation: 'query', query: `SELECT ${FIELDS} FROM Account` };
    const { id } = await org.json<{ id: string }>('POST', 'jobs/query', spec);
    await finished(org, `jobs/query/${id}`);
    let rows = 0;
    for (let locator = ''; locator !== 'null';) {
      const place = locator === '' ? '' : `&locator=${locator}`;
      const path = `jobs/query/${id}/results?maxRecords=50000${place}`;
      const { headers } = await org.call('GET', path);
      rows += Number(headers['sforce-numberofrecords']);
      locator = String(headers['sforce-locator']);
    }
    return rows;
  });
}
