/**
 * Goal: clients that still log in by SOAP find what they look for, where they look for it.
 * Method: envelopes as simple-salesforce and the WSDL's stubs write them; what they pick out is picked out here.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';

let sandbox: Sandbox;
const gaps: string[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ onWarning: (sentence) => gaps.push(sentence) });
});
afterAll(() => sandbox.close());

async function call(
  path: string,
  operation: string,
  { sessionId = '', prefix = 'urn:' } = {},
): Promise<{ readonly status: number; readonly xml: string }> {
  const api = path.startsWith('c') ? 'enterprise' : 'partner';
  const header = `<${prefix}SessionHeader><${prefix}sessionId>${sessionId}</${prefix}sessionId></${prefix}SessionHeader>`;
  const envelope = `<?xml version="1.0" encoding="utf-8" ?><env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:${api}.soap.sforce.com"><env:Header>${header}</env:Header><env:Body>${operation}</env:Body></env:Envelope>`;
  const response = await fetch(`${sandbox.http}/services/Soap/${path}`, {
    method: 'POST',
    body: envelope,
    headers: { 'content-type': 'text/xml', charset: 'UTF-8', SOAPAction: 'login' },
  });
  return { status: response.status, xml: await response.text() };
}

const login = (password = sandbox.password): string =>
  `<n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>${sandbox.username}</n1:username><n1:password>${password}</n1:password></n1:login>`;
const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

test('a login answers in the order of the WSDL', async () => {
  const { xml } = await call('c/60.0', login());
  const result = /<result>(.*)<\/result>/s.exec(xml)?.[1] ?? '';
  expect([...result.matchAll(/<(\w+)>/g)].map(([, name]) => name).slice(0, 16)).toEqual([
    'metadataServerUrl',
    'passwordExpired',
    'sandbox',
    'serverUrl',
    'sessionId',
    'userId',
    'userInfo',
    'accessibilityMode',
    'chatterExternal',
    'currencySymbol',
    'orgAttachmentFileSizeLimit',
    'orgDefaultCurrencyIsoCode',
    'orgDefaultCurrencyLocale',
    'orgDisallowHtmlAttachments',
    'orgHasPersonAccounts',
    'organizationId',
  ]);
  expect(result).toContain(`<serverUrl>${sandbox.http}/services/Soap/c/60.0/00D`);
  expect(element(xml, 'sessionSecondsValid')).toBe('7200');
});

test('the session asks who it is, what time it is, and ends', async () => {
  const sessionId = element((await call('u/59.0', login())).xml, 'sessionId') ?? '';
  const server = `u/59.0/${sandbox.orgId.slice(0, 15)}`;
  const info = await call(server, '<urn:getUserInfo/>', { sessionId });
  expect(element(info.xml, 'userName')).toBe(sandbox.username);
  const time = await call(server, '<urn:getServerTimestamp/>', { sessionId });
  expect(Date.parse(element(time.xml, 'timestamp') ?? '')).toBeGreaterThan(0);
  expect((await call(server, '<urn:logout/>', { sessionId })).status).toBe(200);
  const after = await call(server, '<urn:getUserInfo/>', { sessionId });
  expect(after.status).toBe(500);
  expect(element(after.xml, 'sf:exceptionCode')).toBe('INVALID_SESSION_ID');
});

test.each<[string, string, () => string, string]>([
  ['a wrong password', 'u/60.0', () => login('x'), 'sf:INVALID_LOGIN'],
  ['a version nobody knows', 'u/60', () => login(), 'sf:UNSUPPORTED_API_VERSION'],
  ['no operation', 'u/60.0', () => '', 'soapenv:Client'],
  ['a misspelt operation', 'u/60.0', () => '<urn:logIn/>', 'soapenv:Client'],
  ['a broken envelope', 'u/60.0', () => '<urn:login>', 'soapenv:Client'],
  ['what is not simulated', 'u/60.0', () => '<urn:query/>', 'sf:FUNCTIONALITY_NOT_ENABLED'],
])('%s is a fault', async (_, path, operation, code) => {
  const { status, xml } = await call(path, operation());
  expect(status).toBe(500);
  expect(element(xml, 'faultcode')).toBe(code);
  expect(xml).not.toContain(sandbox.password);
});

test('a password may have letters that XML writes otherwise', async () => {
  const password = `p'"&<>é`;
  const { username } = sandbox;
  const user = sandbox.org.user(username);
  if (user === undefined) throw new Error('There is no administrator.');
  sandbox.org.putUser({ ...user, password });
  const escaped = 'p&#x27;&quot;&amp;&lt;&gt;&#233;';
  expect((await call('u/60.0', login(escaped))).status).toBe(200);
  expect((await call('u/60.0', login(`<![CDATA[${password}]]>`))).status).toBe(200);
  sandbox.org.putUser(user);
});

test('an envelope may be compressed, and grows no further than others', async () => {
  const send = (xml: string): Promise<Response> =>
    fetch(`${sandbox.http}/services/Soap/u/60.0`, {
      method: 'POST',
      body: gzipSync(xml),
      headers: { 'content-type': 'text/xml', 'content-encoding': 'gzip' },
    });
  const answer = await send(`<e:Envelope xmlns:e="x"><e:Body>${login()}</e:Body></e:Envelope>`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('<roleId xsi:nil="true"></roleId>');
  const large = await send(`<a>${'a'.repeat(2 * 1024 * 1024)}</a>`);
  expect(await large.text()).toContain('<faultcode>soapenv:Client</faultcode>');
});

test('an operation that is not simulated is named in the log', async () => {
  await call('u/60.0', '<urn:sendEmail/>');
  expect(gaps).toContain('not simulated: SOAP sendEmail');
});
