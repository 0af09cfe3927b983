/** SOSL, and searching without it. */
import { malformedSearch } from '../soql/errors.ts';
import { runSearch } from '../sosl/search.ts';
import { isObject, objectBody, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';

export const searchRoutes: readonly Route[] = [
  { method: 'GET', path: '/search', handle: search },
  { method: 'GET', path: '/parameterizedSearch', handle: byParameters },
  { method: 'POST', path: '/parameterizedSearch', handle: byBody },
];

const NO_TERM = 'No search term found. The search term must be enclosed in braces.';

function search(call: Call): Answer {
  const sosl = call.query.get('q');
  if (sosl === null) throw malformedSearch(NO_TERM);
  return ok({ searchRecords: runSearch(call, sosl) });
}

interface Returned {
  readonly name: string;
  readonly fields?: string | undefined;
  readonly where?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly limit?: string | undefined;
}

interface Wanted {
  readonly q: string;
  readonly group?: string | undefined;
  readonly returning: readonly Returned[];
  readonly limit?: string | undefined;
}

/** `q=Acme&sobject=Account&Account.fields=id,name&Account.limit=10`. */
function byParameters(call: Call): Answer {
  const { query } = call;
  const given = (name: string): string | undefined => query.get(name) ?? undefined;
  const returning = query
    .getAll('sobject')
    .flatMap((names) => names.split(','))
    .map((name) => ({
      name,
      fields: given(`${name}.fields`) ?? given('fields'),
      where: given(`${name}.where`),
      orderBy: given(`${name}.orderBy`),
      limit: given(`${name}.limit`) ?? given('defaultLimit'),
    }));
  const limit = given('overallLimit');
  return answer(call, { q: query.get('q') ?? '', group: given('in'), returning, limit });
}

/** `{"q": "Acme", "sobjects": [{"name": "Account", "fields": ["id"], "limit": 10}]}`. */
function byBody(call: Call): Answer {
  const body = objectBody(call);
  const sobjects = Array.isArray(body['sobjects']) ? body['sobjects'] : [];
  const returning = sobjects.filter(isObject).map((each) => ({
    name: text(each['name']) ?? '',
    fields: text(each['fields']) ?? text(body['fields']),
    where: text(each['where']),
    orderBy: text(each['orderBy']),
    limit: text(each['limit']) ?? text(body['defaultLimit']),
  }));
  const limit = text(body['overallLimit']);
  return answer(call, { q: text(body['q']) ?? '', group: text(body['in']), returning, limit });
}

function text(json: unknown): string | undefined {
  if (Array.isArray(json)) return json.map((each) => text(each) ?? '').join(',');
  return typeof json === 'string' || typeof json === 'number' ? String(json) : undefined;
}

function answer(call: Call, { q, group = 'ALL', returning, limit }: Wanted): Answer {
  if (q.trim() === '') throw malformedSearch(NO_TERM);
  const clauses = [
    `FIND {${q.replaceAll(/(?<!\\)([{}])/g, String.raw`\$1`)}} IN ${group} FIELDS`,
    ...(returning.length === 0 ? [] : [`RETURNING ${returning.map(spell).join()}`]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ];
  return ok({ searchRecords: runSearch(call, clauses.join(' ')) });
}

function spell({ name, fields = 'Id', where, orderBy, limit }: Returned): string {
  const clauses = [
    fields,
    ...(where === undefined ? [] : [`WHERE ${where}`]),
    ...(orderBy === undefined ? [] : [`ORDER BY ${orderBy}`]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ];
  return `${name}(${clauses.join(' ')})`;
}
