import { fetch } from 'undici';
import type { Sandbox } from '../../../../sandbox/index.ts';

type Fields = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
  /** Of JSON, else empty. */
  readonly body: Readonly<Record<string, unknown>>;
}

export async function request(
  sandbox: Pick<Sandbox, 'http'>,
  path: string,
  { form, headers = {} }: { form?: Fields; headers?: Fields } = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.http}${path}`, {
    redirect: 'manual',
    headers,
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body = isJson ? (JSON.parse(text) as Answer['body']) : {};
  return { status: response.status, headers: response.headers, text, body };
}

export const token = (sandbox: Sandbox, form: Fields, headers: Fields = {}): Promise<Answer> =>
  request(sandbox, '/services/oauth2/token', { form, headers });

/** `error` and `error_description` of a refusal. */
export function refusal({ status, body }: Answer): readonly unknown[] {
  return [status, body['error'], body['error_description']];
}

export const client = (sandbox: Sandbox): { client_id: string; client_secret: string } => ({
  client_id: sandbox.clientId,
  client_secret: sandbox.clientSecret,
});

export const settings = async (sandbox: Sandbox, changed: object): Promise<void> => {
  const response = await fetch(`${sandbox.http}/__sandbox/v1/login`, {
    method: 'PATCH',
    body: JSON.stringify(changed),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
};

/** The fields that a page's form has, as a browser would send them. */
export function fieldsOf(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input ([^>]*)>/g)].map(([, attributes = '']) => attributes);
  return Object.fromEntries(
    inputs.flatMap((attributes) => {
      const name = /name="([^"]*)"/.exec(attributes)?.[1];
      return name === undefined ? [] : [[name, unescape(/value="([^"]*)"/.exec(attributes)?.[1])]];
    }),
  );
}

function unescape(text = ''): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

/** Fills the form of a page in and sends it off, without following where that leads. */
export async function submit(
  sandbox: Pick<Sandbox, 'http'>,
  page: Answer,
  fields: Fields,
): Promise<Answer> {
  const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1];
  if (action === undefined) throw new Error(`There is no form: ${page.text}`);
  return request(sandbox, action, { form: { ...fieldsOf(page.text), ...fields } });
}

/** Parameters of the address that an answer redirects to. */
export function redirected(answer: Answer): Record<string, string> {
  const location = answer.headers.get('location') ?? '';
  return Object.fromEntries(new URLSearchParams(location.split(/[?#]/)[1] ?? ''));
}

/** Logs in on the page of an authorization request. */
export async function authorize(
  sandbox: Sandbox,
  query: Fields,
  user: Fields = { username: sandbox.username, pw: sandbox.password },
): Promise<Answer> {
  const address = `/services/oauth2/authorize?${new URLSearchParams(query).toString()}`;
  return submit(sandbox, await request(sandbox, address), user);
}
