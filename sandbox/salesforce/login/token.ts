import type { FastifyInstance, FastifyRequest } from 'fastify';
import { takeFault } from '../control/ports.ts';
import { answer } from './answers.ts';
import { requireClient } from './clients.ts';
import { POLL_SECONDS } from './device-codes.ts';
import { FORM_LIMIT, formOf } from './forms.ts';
import type { Form } from './forms.ts';
import { grant } from './grants/index.ts';
import type { LoginServices } from './index.ts';
import { mustPost } from './oauth-error.ts';
import { originOf } from './origin.ts';
import { readScope } from './scopes.ts';
import { openTokenSession } from './token-answer.ts';

const PATH = '/services/oauth2/token';

/** `/services/oauth2/token`: every grant, and the first request of a device. */
export function registerToken(app: FastifyInstance, services: LoginServices): void {
  app.post(PATH, { bodyLimit: FORM_LIMIT }, async (request, reply) => {
    const down = takeFault(services.faults, 'loginUnavailable');
    if (down) return reply.code(503).send('Service Unavailable');
    return answer(request, reply, () => token(request, services));
  });
  app.get(PATH, (request, reply) => answer(request, reply, mustPost));
}

async function token(request: FastifyRequest, services: LoginServices): Promise<object> {
  const form = formOf(request);
  const origin = originOf(request);
  if (form['response_type'] === 'device_code') return beginDevice(form, origin, services);
  const granted = await grant(form, { ...services, host: request.host });
  return openTokenSession(granted, origin, services);
}

function beginDevice(form: Form, origin: string, { app, devices }: LoginServices): object {
  const client = requireClient(form, app);
  const { deviceCode, userCode } = devices.begin(client.id, readScope(form['scope']));
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: `${origin}/setup/connect`,
    interval: POLL_SECONDS,
  };
}
