/** Goal: the faults of bulk jobs meet classic ones as well. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { FaultySandbox } from '../faults/support.ts';
import type { Answer } from '../faults/support.ts';

let faulty: FaultySandbox;
beforeAll(async () => {
  faulty = await FaultySandbox.start({ bulk: { queueMs: 0, runMs: 0, transactionRows: 2 } });
});
afterEach(() => faulty.clear());
afterAll(() => faulty[Symbol.asyncDispose]());

const call = (method: string, path: string, body?: object): Promise<Answer> =>
  faulty.call(method, `/services/async/60.0/job${path}`, body);

/** The address of a batch of so many accounts, once it has ended. */
async function ended(rows: number): Promise<{ readonly path: string; readonly batch: unknown }> {
  const job = await call('POST', '', {
    operation: 'insert',
    object: 'Account',
    contentType: 'JSON',
  });
  const { id } = JSON.parse(job.text) as { id: string };
  const records = Array.from({ length: rows }, (_, i) => ({ Name: `Classic ${i}` }));
  const queued = await call('POST', `/${id}/batch`, records);
  const path = `/${id}/batch/${(JSON.parse(queued.text) as { id: string }).id}`;
  const answer = await eventually(
    () => call('GET', path),
    ({ text }) => /Completed|Failed/.test(text),
  );
  return { path, batch: JSON.parse(answer.text) };
}

test('a batch fails after some rows, whose results are there', async () => {
  await faulty.set({ bulk: { failJobs: { afterRows: 2, message: 'Out of luck', count: 1 } } });
  const { path, batch } = await ended(5);
  expect(batch).toMatchObject({
    state: 'Failed',
    stateMessage: 'InternalServerError : Out of luck',
    numberRecordsProcessed: 2,
  });
  expect(JSON.parse((await call('GET', `${path}/result`)).text)).toHaveLength(2);
});

test('results fail, and come when they are asked for again', async () => {
  const { path } = await ended(1);
  await faulty.set({
    bulk: {
      resultsFail: [
        { how: 'error', count: 1 },
        { how: 'cut', count: 1 },
      ],
    },
  });
  expect((await call('GET', `${path}/result`)).status).toBe(500);
  await expect(call('GET', `${path}/result`)).rejects.toThrow(/terminated|failed/);
  expect((await call('GET', `${path}/result`)).text).toContain('"success":true');
});

test('a server that is away is 503', async () => {
  await faulty.set({ serviceUnavailable: 1 });
  const answer = await call('GET', '/750000000000001AAA');
  expect([answer.status, (await call('GET', '/750000000000001AAA')).status]).toEqual([503, 400]);
});
