/** Goal: bulk jobs are slow, fail, or can't be downloaded, as often as it is said. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FaultySandbox } from './support.ts';
import type { Answer } from './support.ts';

let faulty: FaultySandbox;
beforeAll(async () => {
  faulty = await FaultySandbox.start({ bulk: { queueMs: 0, runMs: 0, transactionRows: 2 } });
});
afterEach(() => faulty.clear());
afterAll(() => faulty[Symbol.asyncDispose]());

const json = ({ text }: Answer): Readonly<Record<string, unknown>> =>
  JSON.parse(text) as Readonly<Record<string, unknown>>;

async function ingest(rows: number): Promise<string> {
  const job = json(
    await faulty.rest('POST', '/jobs/ingest', { object: 'Account', operation: 'insert' }),
  );
  const path = `/jobs/ingest/${String(job['id'])}`;
  const names = Array.from({ length: rows }, (_, i) => `B${i}\n`);
  await faulty.rest('PUT', `${path}/batches`, `Name\n${names.join('')}`);
  await faulty.rest('PATCH', path, { state: 'UploadComplete' });
  return path;
}

async function finished(path: string): Promise<Readonly<Record<string, unknown>>> {
  let job: Readonly<Record<string, unknown>> = {};
  await expect
    .poll(
      async () => {
        job = json(await faulty.rest('GET', path));
        return job['state'];
      },
      { timeout: 10_000 },
    )
    .toMatch(/JobComplete|Failed/);
  return job;
}

test('a job fails after some rows; the rest is unprocessed', async () => {
  await faulty.set({ bulk: { failJobs: { afterRows: 2, message: 'Out of luck', count: 1 } } });
  const path = await ingest(5);
  expect(await finished(path)).toMatchObject({
    state: 'Failed',
    errorMessage: 'InternalServerError : Out of luck',
    numberRecordsProcessed: 2,
  });
  const rows = async (kind: string): Promise<number> =>
    (await faulty.rest('GET', `${path}/${kind}`)).text.trim().split('\n').length - 1;
  expect([await rows('successfulResults'), await rows('unprocessedrecords')]).toEqual([2, 3]);
  expect(await finished(await ingest(1))).toMatchObject({ state: 'JobComplete' });
});

test('a query job fails', async () => {
  await faulty.set({ bulk: { failJobs: 1 } });
  const body = { operation: 'query', query: 'SELECT Id FROM Account' };
  const job = json(await faulty.rest('POST', '/jobs/query', body));
  expect(await finished(`/jobs/query/${String(job['id'])}`)).toMatchObject({
    state: 'Failed',
    errorMessage: 'InternalServerError : An unexpected error occurred',
  });
});

test('a job waits in sandbox time', async () => {
  await faulty.set({ bulk: { slowJobs: { queueMs: 3_600_000, runMs: 0, count: 1 } } });
  const path = await ingest(1);
  await finished(await ingest(1));
  expect(json(await faulty.rest('GET', path))['state']).toBe('UploadComplete');
  await faulty.set({ org: { clock: { advanceMs: 3_600_000 } } });
  expect(await finished(path)).toMatchObject({ state: 'JobComplete' });
});

test("results can't be downloaded, or break off", async () => {
  const path = await ingest(3);
  await finished(path);
  await faulty.set({
    bulk: {
      resultsFail: [
        { how: 'error', count: 1 },
        { how: 'cut', count: 1 },
      ],
    },
  });
  const refused = await faulty.rest('GET', `${path}/successfulResults`);
  expect([refused.status, refused.text]).toEqual([
    500,
    expect.stringContaining('UNKNOWN_EXCEPTION'),
  ]);
  await expect(faulty.rest('GET', `${path}/successfulResults`)).rejects.toThrow(
    /terminated|failed/,
  );
  expect((await faulty.rest('GET', `${path}/successfulResults`)).text).toContain('B2');
});
