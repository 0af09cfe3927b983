import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const STYLE = `
  body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: #f3f3f3; color: #181818 }
  main { max-width: 22rem; margin: 10vh auto; padding: 1.5rem 2rem; background: #fff; border-radius: .25rem }
  h1 { font-size: 1.25rem; margin-top: 0 }
  label { display: block; margin-top: 1rem }
  input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid #747474; border-radius: .25rem }
  button { width: 100%; font: inherit; margin-top: 1rem; padding: .5rem; border: 1px solid #0b5cab; border-radius: .25rem; background: #0b5cab; color: #fff; cursor: pointer }
  button.plain { background: #fff; color: #0b5cab }
  :focus-visible { outline: 3px solid #0b5cab; outline-offset: 2px }
  [role=alert] { color: #ba0517 }
`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}

/** A page that loads nothing and runs nothing; its form goes to the sandbox, and on to `sendsTo`. */
export function sendPage(
  reply: FastifyReply,
  { title, body, sendsTo }: { title: string; body: string; sendsTo?: string | undefined },
): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const onward = sendsTo === undefined ? '' : ` ${sourceOf(sendsTo)}`;
  return reply
    .headers({
      'content-type': 'text/html;charset=UTF-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'${onward}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    .send(
      `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style nonce="${nonce}">${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`,
    );
}

/** Browsers hold a form's redirects to `form-action` too: the application's address must be named. */
function sourceOf(uri: string): string {
  const { protocol, origin } = new URL(uri);
  return origin === 'null' ? protocol : origin;
}

/** Names and ids of the fields as on Salesforce's own login page: scripts that fill it in find them. */
export function loginForm(
  action: string,
  hidden: Readonly<Record<string, string | undefined>>,
  { username = '', failure, extra = '' }: { username?: string; failure?: string; extra?: string },
): string {
  const fields = Object.entries(hidden).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`],
  );
  const alert =
    failure === undefined ? '' : `<p role="alert" id="error">${escapeHtml(failure)}</p>`;
  const first = username === '' && extra === '' ? ' autofocus' : '';
  return `${alert}<form method="post" action="${action}" id="login_form">${fields.join('')}${extra}
<label for="username">Username</label><input id="username" name="username" type="email" autocomplete="username" value="${escapeHtml(username)}"${first} required>
<label for="password">Password</label><input id="password" name="pw" type="password" autocomplete="current-password"${username === '' ? '' : ' autofocus'} required>
<button id="Login" name="Login" type="submit" value="Log In">Log In</button>
<button class="plain" name="deny" type="submit" value="Deny" formnovalidate>Deny</button></form>`;
}
