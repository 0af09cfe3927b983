/**
 * Goal: files go in and come out by each way that Salesforce documents.
 * Method: requests as they are in its documents, against the REST routes of an org on a free port.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
beforeAll(async () => {
  rest = await startRestOrg();
});
afterAll(() => rest.close());

const BYTES = new Uint8Array([0, 255, 13, 10, 45, 45, 65, 13, 10]);

/** In the documents' form, with a semicolon at the end of the first part's disposition. */
function multipart(fields: object, file: { name: string; filename: string }): RequestBody {
  const head = [
    '--boundary_string',
    'Content-Disposition: form-data; name="entity_content";',
    'Content-Type: application/json',
    '',
    JSON.stringify(fields),
    '--boundary_string',
    'Content-Type: application/octet-stream',
    `Content-Disposition: form-data; name="${file.name}"; filename="${file.filename}"`,
    '',
    '',
  ].join('\r\n');
  const body = Buffer.concat([Buffer.from(head), BYTES, Buffer.from('\r\n--boundary_string--')]);
  return {
    headers: { 'content-type': 'multipart/form-data; boundary="boundary_string"' },
    body: new Uint8Array(body),
  };
}

interface RequestBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

function id(answer: { json: unknown; text: string }): string {
  const made = answer.json as { id?: string };
  if (made.id === undefined) throw new Error(answer.text);
  return made.id;
}

test('a file sent as a part of a message comes back byte for byte', async () => {
  const request = multipart(
    { Title: 'Photo', PathOnClient: 'photo.bin' },
    { name: 'VersionData', filename: 'photo.bin' },
  );
  const version = id(await rest.raw('POST', 'v60.0/sobjects/ContentVersion', request));
  const path = `v60.0/sobjects/ContentVersion/${version}`;
  const shown = await rest.raw('GET', path);
  expect(shown.json).toMatchObject({
    Title: 'Photo',
    ContentSize: BYTES.length,
    VersionData: `/services/data/${path}/VersionData`,
  });
  const { instanceUrl, accessToken } = rest.conn;
  const download = await fetch(`${instanceUrl}/services/data/${path}/VersionData`, {
    headers: { authorization: `Bearer ${accessToken ?? ''}` },
  });
  expect(download.headers.get('content-type')).toBe('application/octetstream');
  expect(new Uint8Array(await download.arrayBuffer())).toEqual(BYTES);
});

test('a file sent as base64 is downloaded from its own address, with its own type', async () => {
  const { conn } = rest;
  const { id: ParentId } = await conn.sobject('Account').create({ Name: 'A' });
  const Body = Buffer.from('hello').toString('base64');
  const attachment = { ParentId, Name: 'hello.txt', ContentType: 'text/plain', Body };
  const { id: made } = await conn.sobject('Attachment').create(attachment);
  const answer = await rest.raw('GET', `v60.0/sobjects/Attachment/${made ?? ''}/Body`);
  expect(answer).toMatchObject({ status: 200, text: 'hello' });
  expect(answer.headers.get('content-type')).toBe('text/plain');
  const found = await conn.query<{ Body: string }>('SELECT Body FROM Attachment');
  expect(found.records[0]?.Body).toMatch(/\/sobjects\/Attachment\/\w{18}\/Body$/);
});

test('a document is made and changed by messages of parts', async () => {
  const [folder] = [...rest.org.records('Folder')];
  const fields = { Name: 'Brochure', FolderId: folder?.['Id'], Type: 'bin' };
  const file = { name: 'Body', filename: 'b.bin' };
  const document = id(await rest.raw('POST', 'v60.0/sobjects/Document', multipart(fields, file)));
  const path = `v60.0/sobjects/Document/${document}`;
  const changed = await rest.raw('PATCH', path, multipart({ Name: 'Renamed' }, file));
  expect(changed.status).toBe(204);
  expect((await rest.raw('GET', `${path}?fields=Name,BodyLength`)).json).toMatchObject({
    Name: 'Renamed',
    BodyLength: BYTES.length,
  });
});

test('a message whose parts can’t be read is refused', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  for (const body of ['', '--x\r\n\r\n--x--', '--x\r\nA: b\r\n\r\n{\r\n--x--']) {
    const answer = await rest.raw('POST', 'v60.0/sobjects/Document', { headers, body });
    expect(answer.status).toBe(400);
  }
});
