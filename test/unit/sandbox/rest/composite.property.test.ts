/**
 * Goal: a composite request leaves the org as its parts do when they are sent one by one.
 * Method: random parts, good and bad, that refer to each other; one org gets them composed, the other singly, where
 * those of a request that fails all or none aren't sent at all. Ids may differ, what the records say may not.
 */
import type { FastifyInstance } from 'fastify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noFaults } from '../../../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../../../sandbox/salesforce/http.ts';
import { requireSession } from '../../../../sandbox/salesforce/login/session.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { registerRest } from '../../../../sandbox/salesforce/rest/index.ts';

interface Part {
  readonly method: string;
  readonly url: string;
  readonly body?: object;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

class Subject {
  readonly org = createOrg({ seed: 1 });
  readonly #app: FastifyInstance = createApp();
  readonly #token: string;

  constructor() {
    const field = { name: 'Ext__c', label: 'Ext', type: 'string', custom: true } as const;
    this.org.addField('Account', makeField({ ...field, externalId: true, unique: true }));
    registerRest(this.#app, { org: this.org, requireSession, settings: noFaults() });
    this.#token = this.org.openSession(this.org.admin.id).accessToken;
  }

  async send(method: string, url: string, body?: object): Promise<Answered> {
    const response = await this.#app.inject({
      method: method as 'POST',
      url: `/services/data/v60.0${url}`,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { payload: body }),
    });
    const text = response.payload;
    return { status: response.statusCode, body: text === '' ? null : JSON.parse(text) };
  }

  /** Everything but ids and times. */
  state(): unknown {
    const accounts = [...this.org.records('Account', true)];
    const nameOf = (id: unknown): unknown => accounts.find((each) => each['Id'] === id)?.['Ext__c'];
    return {
      accounts: accounts.map(({ Name, Ext__c, AnnualRevenue, IsDeleted }) => {
        return { Name, Ext__c, AnnualRevenue, IsDeleted };
      }),
      contacts: [...this.org.records('Contact', true)].map((contact) => ({
        LastName: contact['LastName'],
        of: nameOf(contact['AccountId']),
        IsDeleted: contact['IsDeleted'],
      })),
    };
  }
}

/** `@{r0.id}` in `text` put in by hand; undefined where that part made nothing. */
function fill(text: string, answers: readonly Answered[]): string | undefined {
  let missing = false;
  const filled = text.replaceAll(/@\{r(\d+)\.id\}/g, (_, i: string) => {
    const { status = 400, body } = answers[Number(i)] ?? {};
    const { id: made, Id: read } = (body ?? {}) as { id?: string; Id?: string };
    // Names in references have no case: what was read has an `Id`.
    const id = status < 300 ? (made ?? read) : undefined;
    missing ||= id === undefined;
    return id ?? '';
  });
  return missing ? undefined : filled;
}

async function oneByOne(subject: Subject, parts: readonly Part[], stop: boolean) {
  const answers: Answered[] = [];
  for (const { method, url, body } of parts) {
    const text = fill(JSON.stringify({ url, body }), answers);
    const filled = text === undefined ? undefined : (JSON.parse(text) as Part);
    answers.push(
      filled === undefined
        ? { status: 400, body: null }
        : await subject.send(method, filled.url, filled.body),
    );
    if (stop && (answers.at(-1)?.status ?? 0) >= 300) break;
  }
  return answers;
}

const key = fc.constantFrom('a', 'b', 'c');
const ref = fc.nat(4).map((i) => `@{r${i}.id}`);
const part: fc.Arbitrary<Part> = fc.oneof(
  key.map((k) => ({
    method: 'POST',
    url: '/sobjects/Account',
    body: { Name: `N${k}`, Ext__c: k },
  })),
  fc.tuple(key, fc.nat(9)).map(([k, n]) => ({
    method: 'PATCH',
    url: `/sobjects/Account/Ext__c/${k}`,
    body: { Name: `U${n}`, AnnualRevenue: n },
  })),
  key.map((k) => ({ method: 'DELETE', url: `/sobjects/Account/Ext__c/${k}` })),
  fc.tuple(ref, fc.nat(9)).map(([r, n]) => ({
    method: 'PATCH',
    url: `/sobjects/Account/${r}`,
    body: { Name: `R${n}` },
  })),
  ref.map((r) => ({
    method: 'POST',
    url: '/sobjects/Contact',
    body: { LastName: 'C', AccountId: r },
  })),
  ref.map((r) => ({ method: 'GET', url: `/sobjects/Account/${r}?fields=Id,Name` })),
  fc.constant({ method: 'POST', url: '/sobjects/Account', body: { Ext__c: 'nameless' } }),
);
const request = fc.record({
  allOrNone: fc.boolean(),
  graph: fc.boolean(),
  parts: fc.array(part, { minLength: 1, maxLength: 6 }),
});

test('composed requests and single ones leave the same org', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 3 }), async (requests) => {
      const composed = new Subject();
      const kept: Part[][] = [];
      for (const { allOrNone, graph, parts } of requests) {
        const compositeRequest = parts.map((each, i) => ({
          ...each,
          url: `/services/data/v60.0${each.url}`,
          referenceId: `r${i}`,
        }));
        const whole = allOrNone || graph;
        const answer = graph
          ? await composed.send('POST', '/composite/graph', {
              graphs: [{ graphId: 'g', compositeRequest }],
            })
          : await composed.send('POST', '/composite', { allOrNone, compositeRequest });
        expect(answer.status).toBe(200);
        const single = new Subject();
        for (const earlier of kept) await oneByOne(single, earlier, false);
        const answers = await oneByOne(single, parts, whole);
        const failed = whole && answers.some(({ status }) => status >= 300);
        if (failed) {
          expect(statusesOf(answer.body, graph).filter((status) => status < 300)).toEqual([]);
        } else {
          expect(statusesOf(answer.body, graph)).toEqual(answers.map(({ status }) => status));
          kept.push(parts);
          expect(composed.state()).toEqual(single.state());
        }
      }
      const single = new Subject();
      for (const parts of kept) await oneByOne(single, parts, false);
      expect(composed.state()).toEqual(single.state());
    }),
    { numRuns: Number(process.env['SANDBOX_COMPOSITE_RUNS'] ?? 60) },
  );
}, 60_000);

function statusesOf(body: unknown, graph: boolean): number[] {
  type Composite = { compositeResponse: { httpStatusCode: number }[] };
  const composite = graph
    ? (body as { graphs: { graphResponse: Composite }[] }).graphs[0]?.graphResponse
    : (body as Composite);
  return composite?.compositeResponse.map(({ httpStatusCode }) => httpStatusCode) ?? [];
}
