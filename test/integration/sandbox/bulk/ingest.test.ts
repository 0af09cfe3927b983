/** Goal: ingest jobs answer byte for byte what loaders read, whatever they upload. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import type { RecordValues } from '../../../../sandbox/salesforce/org/types.ts';
import { eventually } from '../../../support/eventually.ts';
import { startBulkOrg } from './support.ts';
import type { BulkOrg } from './support.ts';

let sandbox: BulkOrg;
let commits: number[] = [];

beforeAll(async () => {
  sandbox = await startBulkOrg();
  sandbox.org.onCommit(({ changes }) => commits.push(changes.length));
});
afterAll(() => sandbox.close());

const INSERT = { object: 'Account', operation: 'insert' };

function accountOf(name: string): RecordValues | undefined {
  return sandbox.org.findBy('Account', 'Name', name)[0];
}

async function error(response: Promise<Response>): Promise<[number, string, string]> {
  const answer = await response;
  const [first] = (await answer.json()) as { errorCode: string; message: string }[];
  return [answer.status, first?.errorCode ?? '', first?.message ?? ''];
}

describe('a job', () => {
  test('is shown as Salesforce shows it, at each step', async () => {
    const given = { body: JSON.stringify(INSERT), type: 'application/json' };
    const created = await sandbox.call('POST', 'ingest', given);
    expect(created.status).toBe(200);
    expect(created.headers.get('Sforce-Limit-Info')).toMatch(/^api-usage=\d+\/\d+$/);
    const text = await created.text();
    const { id } = JSON.parse(text) as { id: string };
    const instant = /"(createdDate|systemModstamp)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000"/g;
    expect(text.replaceAll(instant, '"$1":"T"').replaceAll(id, 'JOB')).toBe(
      `{"id":"JOB","operation":"insert","object":"Account","createdById":"${sandbox.org.admin.id}","createdDate":"T","systemModstamp":"T","state":"Open","concurrencyMode":"Parallel","contentType":"CSV","apiVersion":60.0,"contentUrl":"services/data/v60.0/jobs/ingest/JOB/batches","lineEnding":"LF","columnDelimiter":"COMMA"}`,
    );
    expect(id).toMatch(/^750\w{15}$/);
    const put = await sandbox.call('PUT', `ingest/${id}/batches`, {
      body: 'Name\nShown\n',
      type: 'text/csv; charset=UTF-8',
    });
    expect([put.status, await put.text()]).toEqual([201, '']);
    const closed = await sandbox.json('PATCH', `ingest/${id}`, { state: 'UploadComplete' });
    expect(closed).toMatchObject({ id, state: 'UploadComplete', object: 'Account' });
    expect(closed).not.toHaveProperty('contentUrl');
    expect(await sandbox.finished('ingest', id)).toEqual({
      ...closed,
      state: 'JobComplete',
      systemModstamp: expect.any(String),
      jobType: 'V2Ingest',
      lineEnding: 'LF',
      columnDelimiter: 'COMMA',
      numberRecordsProcessed: 1,
      numberRecordsFailed: 0,
      retries: 0,
      totalProcessingTime: expect.any(Number),
      apiActiveProcessingTime: expect.any(Number),
      apexProcessingTime: 0,
    });
    expect((await sandbox.call('DELETE', `ingest/${id}`)).status).toBe(204);
    expect((await sandbox.call('GET', `ingest/${id}`)).status).toBe(404);
  });

  test('moves on as the sandbox clock does, and may be aborted on its way', async () => {
    let now = Date.UTC(2026, 0, 1);
    const slow = await startBulkOrg(
      { queueMs: 60_000, runMs: 60_000 },
      createClock(() => now),
    );
    try {
      const closed = async (): Promise<string> => {
        const { id } = await slow.json('POST', 'ingest', INSERT);
        await slow.call('PUT', `ingest/${id}/batches`, { body: 'Name\nSlow\n', type: 'text/csv' });
        await slow.json('PATCH', `ingest/${id}`, { state: 'UploadComplete' });
        return id;
      };
      const reach = (id: string, state: string): Promise<unknown> =>
        eventually(
          () => slow.json('GET', `ingest/${id}`),
          (job) => job.state === state,
        );
      const [first, second] = [await closed(), await closed()];
      await reach(first, 'UploadComplete');
      await slow.json('PATCH', `ingest/${second}`, { state: 'Aborted' });
      const rest = await slow.call('GET', `ingest/${second}/unprocessedrecords`);
      expect(await rest.text()).toBe('"Name"\n"Slow"\n');
      now += 60_000;
      await reach(first, 'InProgress');
      expect((await error(slow.call('GET', `ingest/${first}/failedResults`))).slice(0, 2)).toEqual([
        400,
        'INVALIDJOBSTATE',
      ]);
      now += 60_000;
      await reach(first, 'JobComplete');
      expect([...slow.org.records('Account')]).toHaveLength(1);
      now += 8 * 86_400_000;
      const token = slow.org.openSession(slow.org.admin.id).accessToken;
      expect((await slow.call('GET', `ingest/${first}`, { token })).status).toBe(404);
    } finally {
      await slow.close();
    }
  });

  test('aborted on its way keeps what it wrote, and tells what it did not', async () => {
    const { id } = await sandbox.json('POST', 'ingest', { object: 'Contact', operation: 'insert' });
    const rows = 10_000;
    const lines = Array.from({ length: rows }, (_, i) => `Halted ${i}`).join('\n');
    const data = { body: `LastName\n${lines}\n`, type: 'text/csv' };
    await sandbox.call('PUT', `ingest/${id}/batches`, data);
    const aborted = Promise.withResolvers<unknown>();
    const check = sandbox.org.onSave('Contact', (record) => {
      if (record['LastName'] !== 'Halted 300') return;
      aborted.resolve(sandbox.json('PATCH', `ingest/${id}`, { state: 'Aborted' }));
    });
    await sandbox.json('PATCH', `ingest/${id}`, { state: 'UploadComplete' });
    expect(await aborted.promise).toMatchObject({ state: 'Aborted' });
    check[Symbol.dispose]();
    const count = async (path: string): Promise<number> => {
      const csv = await (await sandbox.call('GET', `ingest/${id}/${path}`)).text();
      return csv.split('\n').length - 2;
    };
    const written = await count('successfulResults');
    const kept = [...sandbox.org.records('Contact')].filter(({ LastName }) =>
      String(LastName).startsWith('Halted'),
    );
    expect(kept).toHaveLength(written);
    expect(written).toBeGreaterThan(300);
    expect(written).toBeLessThan(rows);
    expect(await count('unprocessedrecords')).toBe(rows - written);
  });

  test('closed while data is still on its way refuses that data', async () => {
    const { id } = await sandbox.json('POST', 'ingest', INSERT);
    const pipe = new TransformStream<Uint8Array, Uint8Array>();
    const writer = pipe.writable.getWriter();
    const put = sandbox.call('PUT', `ingest/${id}/batches`, {
      body: pipe.readable,
      type: 'text/csv',
    });
    await writer.write(Buffer.from('Name\n'));
    await eventually(
      () => sandbox.call('PUT', `ingest/${id}/batches`, { body: 'Name\n', type: 'text/csv' }),
      ({ status }) => status === 400,
    );
    await sandbox.json('PATCH', `ingest/${id}`, { state: 'UploadComplete' });
    await writer.write(Buffer.from('Late\n'));
    await writer.close();
    expect((await error(put)).slice(0, 2)).toEqual([400, 'INVALIDJOBSTATE']);
    expect(accountOf('Late')).toBeUndefined();
  });

  test('finds no room for data where the data of others takes it all', async () => {
    const small = await startBulkOrg({ maxKeptBytes: 100 });
    try {
      const put = async (bytes: number): Promise<number> => {
        const { id } = await small.json('POST', 'ingest', INSERT);
        const data = { body: 'x'.repeat(bytes), type: 'text/csv' };
        return (await small.call('PUT', `ingest/${id}/batches`, data)).status;
      };
      expect([await put(60), await put(60), await put(40)]).toEqual([201, 413, 201]);
    } finally {
      await small.close();
    }
  });

  test('made with its data in one request starts at once', async () => {
    const form = new FormData();
    form.set('job', new Blob([JSON.stringify(INSERT)], { type: 'application/json' }));
    form.set('content', new Blob(['Name\nIn one\n'], { type: 'text/csv' }), 'content');
    const response = await sandbox.call('POST', 'ingest', { body: form });
    const job = (await response.json()) as { id: string; state: string };
    expect(job.state).toBe('UploadComplete');
    await sandbox.finished('ingest', job.id);
    expect(accountOf('In one')).toBeDefined();
  });

  test.each([
    [
      { operation: 'insert', object: 'Nothing' },
      'INVALIDJOB',
      'InvalidJob : Unable to find object: Nothing',
    ],
    [{ operation: 'upsert', object: 'Account' }, 'INVALIDJOB', /External ID was blank for Account/],
    [
      { operation: 'upsert', object: 'Account', externalIdFieldName: 'Name' },
      'INVALIDJOB',
      /does not match an External ID/,
    ],
    [{ operation: 'merge', object: 'Account' }, 'JSON_PARSER_ERROR', /not one of the values/],
    [{ ...INSERT, lineEnding: 'CR' }, 'JSON_PARSER_ERROR', /LF, CRLF/],
    [{ ...INSERT, contentType: 'XML' }, 'JSON_PARSER_ERROR', /contentType/],
    [{ ...INSERT, colour: 'red' }, 'JSON_PARSER_ERROR', /Unrecognized field "colour"/],
    [[INSERT], 'JSON_PARSER_ERROR', /object/],
  ])('is refused when asked for as %j', async (body, code, message) => {
    const given = { body: JSON.stringify(body), type: 'application/json' };
    const [status, errorCode, text] = await error(sandbox.call('POST', 'ingest', given));
    expect([status, errorCode]).toEqual([400, code]);
    expect(text).toMatch(message);
  });

  test('refuses what its state does not allow', async () => {
    const { id } = await sandbox.json('POST', 'ingest', INSERT);
    const put = (): Promise<Response> =>
      sandbox.call('PUT', `ingest/${id}/batches`, { body: 'Name\nOnce\n', type: 'text/csv' });
    const move = (state: string): Promise<Response> => {
      const body = JSON.stringify({ state });
      return sandbox.call('PATCH', `ingest/${id}`, { body, type: 'application/json' });
    };
    await put();
    expect(await error(put())).toEqual([
      400,
      'CLIENTINPUTERROR',
      `Found multiple contents for job: <${id.slice(0, 15)}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`,
    ]);
    expect((await error(sandbox.call('DELETE', `ingest/${id}`)))[1]).toBe('INVALIDJOBSTATE');
    await move('UploadComplete');
    expect((await error(put()))[1]).toBe('INVALIDJOBSTATE');
    expect((await error(move('UploadComplete')))[1]).toBe('INVALIDJOBSTATE');
    await sandbox.finished('ingest', id);
    expect(await error(move('Aborted'))).toEqual([
      400,
      'INVALIDJOBSTATE',
      'Aborting already Completed Job not allowed',
    ]);
    expect((await error(move('Sleeping')))[1]).toBe('JSON_PARSER_ERROR');
  });

  test("is its maker's alone, of a session that lives, and of a method that is there", async () => {
    const { id } = await sandbox.json('POST', 'ingest', INSERT);
    const admin = sandbox.org.admin;
    const values = {
      Username: 'else@x.test',
      LastName: 'E',
      Email: 'e@x.test',
      Alias: 'else',
      IsActive: true,
    };
    const [made] = sandbox.org.write(
      { userId: admin.id, origin: '' },
      [{ op: 'insert', entity: 'User', values }],
      true,
    );
    const token = sandbox.org.openSession(made?.id ?? '').accessToken;
    expect((await sandbox.call('GET', `ingest/${id}`, { token })).status).toBe(403);
    expect((await error(sandbox.call('GET', 'ingest', { token: 'none' }))).slice(0, 2)).toEqual([
      401,
      'INVALID_SESSION_ID',
    ]);
    const wrong = await sandbox.call('DELETE', `ingest/${id}/batches`);
    expect([wrong.status, wrong.headers.get('Allow')]).toEqual([405, 'PUT']);
    const json = sandbox.call('PUT', `ingest/${id}/batches`, {
      body: '{}',
      type: 'application/json',
    });
    const csv = sandbox.call('POST', 'query', { body: 'Id\n', type: 'text/csv' });
    for (const refused of [json, csv]) {
      expect((await error(refused)).slice(0, 2)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
  });
});

describe('data', () => {
  test.each(['BACKQUOTE', 'CARET', 'COMMA', 'PIPE', 'SEMICOLON', 'TAB'])(
    'with the delimiter %s comes back with it',
    async (columnDelimiter) => {
      const sign = { BACKQUOTE: '`', CARET: '^', COMMA: ',', PIPE: '|', SEMICOLON: ';', TAB: '\t' }[
        columnDelimiter
      ];
      const name = `${columnDelimiter} "and" ${sign}`;
      const csv = `Name${sign}Site\r\n"${columnDelimiter} ""and"" ${sign}"${sign}x\r\n`;
      const body = { ...INSERT, columnDelimiter, lineEnding: 'CRLF' };
      const { successful } = await sandbox.ingest(body, csv);
      const id = String(accountOf(name)?.['Id']);
      expect(successful).toBe(
        [
          ['sf__Id', 'sf__Created', 'Name', 'Site'],
          [id, 'true', `${columnDelimiter} ""and"" ${sign}`, 'x'],
        ]
          .map((row) => `${row.map((cell) => `"${cell}"`).join(sign)}\r\n`)
          .join(''),
      );
    },
  );

  test('with a byte order mark, letters beyond ASCII cut anywhere, and without a last line end', async () => {
    const { job } = await sandbox.ingest(INSERT, '\uFEFFName,Site\nBöm😀,é');
    expect(job).toMatchObject({ state: 'JobComplete', numberRecordsFailed: 0 });
    expect(accountOf('Böm😀')).toMatchObject({ Site: 'é' });
  });

  test('compressed by gzip', async () => {
    const { id } = await sandbox.json('POST', 'ingest', INSERT);
    const put = await sandbox.call('PUT', `ingest/${id}/batches`, {
      body: new Uint8Array(gzipSync('Name\nPacked\n')),
      type: 'text/csv',
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(put.status).toBe(201);
    await sandbox.json('PATCH', `ingest/${id}`, { state: 'UploadComplete' });
    await sandbox.finished('ingest', id);
    expect(accountOf('Packed')).toBeDefined();
  });

  test('leaves fields alone where a cell is empty, and empties them for #N/A', async () => {
    await sandbox.ingest(INSERT, 'Name,Site,Fax,Ext__c\nCells,here,1,cells\n');
    const upsert = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' };
    await sandbox.ingest(upsert, 'Ext__c,Site,Fax\ncells,,#N/A\n');
    expect(accountOf('Cells')).toMatchObject({ Site: 'here', Fax: null });
  });

  test('reads checkboxes as people write them', async () => {
    const body = { object: 'Contact', operation: 'insert' };
    const { failed } = await sandbox.ingest(
      body,
      'LastName,HasOptedOutOfEmail\nC1,TRUE\nC2,1\nC3,yes\nC4,no\nC5,0\nC6,perhaps\n',
    );
    const flags = [...sandbox.org.records('Contact')]
      .filter(({ LastName }) => /^C\d$/.test(String(LastName)))
      .map((row) => row['HasOptedOutOfEmail']);
    expect(flags).toEqual([true, true, true, false, false]);
    expect(failed).toContain("'perhaps' is not a valid value for the type xsd:boolean");
  });

  test('finds parents by their external ids', async () => {
    await sandbox.ingest(INSERT, 'Name,Ext__c\nParent,par\n');
    const { successful, failed } = await sandbox.ingest(
      { object: 'Contact', operation: 'insert' },
      'LastName,Account.Ext__c,User:Owner.Id\nChild,PAR,\nOrphan,none,\n',
    );
    const child = sandbox.org.findBy('Contact', 'LastName', 'Child')[0];
    expect(child?.['AccountId']).toBe(accountOf('Parent')?.['Id']);
    expect(successful).toContain('"Child","PAR",""\n');
    expect(failed).toBe(
      '"sf__Id","sf__Error","LastName","Account.Ext__c","User:Owner.Id"\n"","INVALID_FIELD:Foreign key external ID: none not found for field Ext__c in entity Account --","Orphan","none",""\n',
    );
  });

  test('in which rows are broken loads the others', async () => {
    const csv = 'Name,Site\n"Good", "bad"\nToo,many,cells\nFew\n"Fine",x\n';
    const { job, failed } = await sandbox.ingest(INSERT, csv);
    expect(job).toMatchObject({ numberRecordsProcessed: 4, numberRecordsFailed: 3 });
    expect(failed.match(/CLIENTINPUTERROR:Failed to parse CSV\. [^"]+ --/g)).toHaveLength(3);
    expect(accountOf('Fine')).toBeDefined();
  });

  test.each([
    ['update', 'Name\nx\n', 'InvalidBatch : Field name not found : Id'],
    ['insert', 'Account.Ext__c\nx\n', 'InvalidBatch : Field name not found : Account.Ext__c'],
    ['insert', 'Name,name\nx,y\n', 'InvalidBatch : Duplicate field name : name'],
    ['delete', 'Id,Name\nx,y\n', "InvalidBatch : The 'delete' batch must contain only ids"],
  ])('of an %s with the header of %j fails the job', async (operation, csv, message) => {
    const { job, unprocessed } = await sandbox.ingest({ object: 'Account', operation }, csv);
    expect(job).toMatchObject({ state: 'Failed', errorMessage: message });
    expect(unprocessed.replaceAll('"', '')).toBe(csv);
  });

  test('with nothing in it is done at once', async () => {
    const { job, successful } = await sandbox.ingest(INSERT, '');
    expect(job).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 0 });
    expect(successful).toBe('"sf__Id","sf__Created"\n');
  });

  test('meets the faults that are set: locked rows, a busy server, no requests left', async () => {
    sandbox.faults.unableToLockRow = 1;
    const { job, failed } = await sandbox.ingest(INSERT, 'Name\nLocked\nUnlocked\n');
    expect(job).toMatchObject({ numberRecordsProcessed: 2, numberRecordsFailed: 1 });
    expect(failed.split('\n')[1]).toBe(
      '"","UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records --","Locked"',
    );
    sandbox.faults.serviceUnavailable = 1;
    expect((await error(sandbox.call('GET', 'ingest'))).slice(0, 2)).toEqual([
      503,
      'SERVER_UNAVAILABLE',
    ]);
    sandbox.faults.requestLimitExceeded = 1;
    expect((await error(sandbox.call('GET', 'query'))).slice(0, 2)).toEqual([
      403,
      'REQUEST_LIMIT_EXCEEDED',
    ]);
  });

  test('has each external id once per transaction', async () => {
    const upsert = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' };
    const { failed } = await sandbox.ingest(upsert, 'Ext__c,Name\ntwin,A\nTWIN,B\n,C\nsolo,D\n');
    const errors = [...failed.matchAll(/^"","([^"]*)"/gm)].map((match) => match[1]);
    expect(errors).toEqual([
      'DUPLICATE_VALUE:Duplicate external id specified: twin:Ext__c --',
      'DUPLICATE_VALUE:Duplicate external id specified: TWIN:Ext__c --',
      'MISSING_ARGUMENT:Ext__c not specified --',
    ]);
  });

  test('is written 200 rows a transaction', async () => {
    commits = [];
    const lines = Array.from({ length: 450 }, (_, i) => `Row ${i}`).join('\n');
    await sandbox.ingest(INSERT, `Name\n${lines}\n`);
    expect(commits).toEqual([200, 200, 50]);
  });

  test('that is too large is refused, and can be sent again', async () => {
    const small = await startBulkOrg({ maxUploadBytes: 100 });
    try {
      const { id } = await small.json('POST', 'ingest', INSERT);
      const put = (body: string): Promise<Response> =>
        small.call('PUT', `ingest/${id}/batches`, { body, type: 'text/csv' });
      expect((await error(put('x'.repeat(101)))).slice(0, 2)).toEqual([413, 'EXCEEDEDQUOTA']);
      expect((await put('Name\nFits\n')).status).toBe(201);
    } finally {
      await small.close();
    }
  });
});
