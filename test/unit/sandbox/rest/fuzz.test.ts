/**
 * Goal: whatever a client sends, the REST API answers as Salesforce would: no 500, and errors in Salesforce's form.
 * Method: random methods, paths, parameters, headers and bodies made of words that mean something to it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noFaults } from '../../../../sandbox/salesforce/control/ports.ts';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { createApp } from '../../../../sandbox/salesforce/http.ts';
import { requireSession } from '../../../../sandbox/salesforce/login/session.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { registerRest } from '../../../../sandbox/salesforce/rest/index.ts';
import { routes } from '../../../../sandbox/salesforce/rest/routes.ts';
import { fuzzLimit, fuzzTimeoutMs } from '../../../support/fuzz-limit.ts';

const org = createOrg({ seed: 7 });
const events = createEventBus({ org, selection: { has: () => true } });
const app = createApp();
registerRest(app, {
  org,
  requireSession,
  settings: noFaults(),
  publisher: events,
  schemas: events,
  configuration: events,
});
const { accessToken } = org.openSession(org.admin.id);
const actor = { userId: org.admin.id, origin: '' };
const [made] = org.write(
  actor,
  [{ op: 'insert', entity: 'Account', values: { Name: 'Here' } }],
  true,
);
const id = made?.id ?? '';

const likely = fc.constantFrom(
  'Account',
  'Contact',
  'AccountChangeEvent',
  'PlatformEventChannel',
  'ManagedEventSubscription',
  id,
  'Id',
  'Contacts',
  'Owner',
  'Nope',
  '',
);
const word = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'sobjects',
      'Account',
      'Contact',
      'User',
      'AccountChangeEvent',
      'describe',
      id,
      'Id',
      'Contacts',
      'Owner',
      'composite',
      'batch',
      'tree',
      'graph',
      'query',
      'queryAll',
      'search',
      'parameterizedSearch',
      'limits',
      'recent',
      'updated',
      'deleted',
      'tooling',
      'event',
      'eventSchema',
      'PlatformEventChannel',
      'PlatformEventChannelMember',
      'ManagedEventSubscription',
      'StreamingChannel',
      'push',
      '__proto__',
      'constructor',
      '%',
      '%00',
      '.xml',
      'a.json',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
/** Most of them a route's own path, its parameters filled in. */
const resource = fc
  .oneof(
    { weight: 1, arbitrary: fc.array(word, { maxLength: 5 }) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.constantFrom(...routes), fc.array(likely, { minLength: 4, maxLength: 4 }))
        .map(([route, values]) =>
          route.path
            .split('/')
            .filter((part) => part !== '')
            .map((part, i) => (part.startsWith(':') ? (values[i % 4] ?? '') : part)),
        ),
    },
  )
  .map((words) =>
    words.map((each) => (each.startsWith('%') ? each : encodeURIComponent(each))).join('/'),
  );
const key = fc.constantFrom(
  'Name',
  'Id',
  'id',
  'attributes',
  'type',
  'records',
  'allOrNone',
  'compositeRequest',
  'batchRequests',
  'graphs',
  'graphId',
  'method',
  'url',
  'referenceId',
  'body',
  'richInput',
  'httpHeaders',
  'ids',
  'fields',
  'q',
  'sobjects',
  'name',
  'FullName',
  'Metadata',
  'channelType',
  'label',
  'eventChannel',
  'selectedEntity',
  'enrichedFields',
  'topicName',
  'state',
  'pushEvents',
  'payload',
  'ParentId',
  'AnnualRevenue',
  'BillingAddress',
  '__proto__',
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    id,
    'Account',
    'GET',
    'POST',
    'PATCH',
    'r',
    '@{r.id}',
    '@{r}',
    '@{',
    '@{r[0].x',
    'v60.0/sobjects/Account',
    `/services/data/v60.0/sobjects/Account/${id}`,
    '/services/data/v60.0/query?q=SELECT Id FROM Account',
    'data',
    'ChangeEvents',
    'X__chn',
    'LATEST',
    null,
    true,
    0,
    -1,
    1e300,
    '',
    [],
  ),
  fc.string({ maxLength: 10 }),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const part = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'x'),
    url: resource.map((path) => `/services/data/v60.0/${path}`),
    referenceId: fc.constantFrom('r', 's', 't'),
    body: json,
    richInput: json,
  },
  { requiredKeys: ['method', 'url'] },
);
const parts = fc.array(part, { maxLength: 3 });
const record = fc.dictionary(key, leaf, { maxKeys: 4 }).map((values) => {
  return { attributes: { type: 'Account', referenceId: 'r' }, ...values };
});
/** What composite requests, collections, trees and the Tooling API take, filled with anything. */
const shaped = fc.oneof(
  fc.record({ allOrNone: fc.boolean(), compositeRequest: parts }),
  fc.record({ haltOnError: fc.boolean(), batchRequests: parts }),
  fc.record({
    graphs: fc.array(fc.record({ graphId: fc.constantFrom('1', '2'), compositeRequest: parts })),
  }),
  fc.record({ allOrNone: fc.boolean(), records: fc.array(record, { maxLength: 3 }) }),
  fc.record({ FullName: leaf, Metadata: fc.dictionary(key, json, { maxKeys: 6 }) }),
);
const parameter = fc.tuple(
  fc.constantFrom(
    'q',
    'fields',
    'ids',
    'start',
    'end',
    'limit',
    'explain',
    'allOrNone',
    'payloadFormat',
    '_HttpMethod',
    'updateOnly',
  ),
  fc.constantFrom(
    'SELECT Id FROM Account',
    'Name',
    id,
    '2026-01-01T00:00:00Z',
    '-1',
    'true',
    'COMPACT',
    'PATCH',
    'TRACE',
    '',
  ),
);
const header = fc.constantFrom<Record<string, string>>(
  {},
  { accept: 'application/xml' },
  { 'if-none-match': '*' },
  { 'if-modified-since': 'never' },
  { 'if-match': '""' },
  { 'sforce-query-options': 'batchSize=0' },
  { 'sforce-call-options': 'client=,,' },
  { 'content-encoding': 'br' },
  { 'accept-encoding': 'gzip' },
);

test(
  'no request is an internal error',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'),
        resource,
        fc.array(parameter, { maxLength: 3 }),
        header,
        fc.option(
          fc.oneof(
            fc.oneof(json, shaped).map((each) => JSON.stringify(each) ?? ''),
            fc.string(),
          ),
          { nil: undefined },
        ),
        async (method, path, parameters, headers, body) => {
          const bodyless = method === 'GET' || method === 'HEAD' || body === undefined;
          const response = await app.inject({
            method: method as 'GET',
            url: `/services/data/v60.0/${path}?${new URLSearchParams(parameters).toString()}`,
            headers: {
              authorization: `Bearer ${accessToken}`,
              ...headers,
              ...(bodyless ? {} : { 'content-type': 'application/json' }),
            },
            ...(bodyless ? {} : { payload: body }),
          });
          const { statusCode, payload } = response;
          expect(statusCode, payload).toBeLessThan(500);
          const isJson = String(response.headers['content-type']).includes('json');
          if (statusCode < 400 || !isJson || method === 'HEAD') return;
          const answer: unknown = JSON.parse(payload);
          // A tree tells what it failed on in a form of its own.
          if (path.startsWith('composite/tree') && !Array.isArray(answer)) return;
          expect(answer).toEqual([
            expect.objectContaining({ message: expect.any(String), errorCode: expect.any(String) }),
          ]);
        },
      ),
      fuzzLimit(3000),
    );
  },
  fuzzTimeoutMs(60_000),
);
