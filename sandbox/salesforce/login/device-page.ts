import type { FastifyInstance, FastifyReply } from 'fastify';
import { FAILURE } from './authorize.ts';
import { FORM_LIMIT, formOf, queryOf } from './forms.ts';
import type { Form } from './forms.ts';
import type { LoginServices } from './index.ts';
import { escapeHtml, loginForm, sendPage } from './page.ts';

const PATH = '/setup/connect';

/** Where the user of a device types its code in, and logs in. */
export function registerDevicePage(app: FastifyInstance, services: LoginServices): void {
  app.get(PATH, (request, reply) => showForm(reply, queryOf(request)));
  app.post(PATH, { bodyLimit: FORM_LIMIT }, (request, reply) => {
    const form = formOf(request);
    const waiting = services.devices.waiting(form['user_code'] ?? '');
    if (waiting === undefined) return showForm(reply, form, "The code you entered isn't valid.");
    if (form['deny'] !== undefined) {
      waiting.answer = 'denied';
      return sendPage(reply, { title: 'Access denied', body: '<p>You may close this page.</p>' });
    }
    const user = services.guard.check(form['username'] ?? '', form['pw'] ?? '', 'never');
    if (typeof user === 'string') return showForm(reply, form, FAILURE);
    waiting.answer = { userId: user.id };
    return sendPage(reply, {
      title: "You're connected",
      body: '<p>The device has access to this sandbox now. You may close this page.</p>',
    });
  });
}

function showForm(reply: FastifyReply, form: Form, failure?: string): FastifyReply {
  const code = escapeHtml(form['user_code'] ?? '');
  const extra = `<label for="user_code">Code</label><input id="user_code" name="user_code" value="${code}" autocomplete="off" autocapitalize="characters" required>`;
  const username = form['username'] ?? '';
  const told = { username, extra, ...(failure === undefined ? {} : { failure }) };
  return sendPage(reply, { title: 'Connect a device', body: loginForm(PATH, {}, told) });
}
