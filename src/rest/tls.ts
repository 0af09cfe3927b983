/** What an https listener shows, and what it asks of those who call. */
import type { ServerOptions } from 'node:https';
import type { Properties } from '../config/definition.ts';
import { tlsMaterial, type TlsMaterial } from '../config/tls/tls.ts';
import { AppError } from '../foundation/errors.ts';

/** Connect's: `listeners.https.ssl.*` if there is any, else `ssl.*`. */
export type HttpsPrefix = 'listeners.https.ssl.' | 'admin.listeners.https.ssl.';

const CLIENT_AUTH: Readonly<
  Record<string, Pick<ServerOptions, 'requestCert' | 'rejectUnauthorized'>>
> = {
  none: { requestCert: false },
  requested: { requestCert: true, rejectUnauthorized: false },
  required: { requestCert: true, rejectUnauthorized: true },
};

/** The certificate and authorities that the worker uses on REST, as a server and as a client of its group's others. */
export function restTls(properties: Properties, prefix: HttpsPrefix): TlsMaterial {
  return tlsMaterial(properties, prefixOf(properties, prefix));
}

/** Throws `config` without a certificate to show. */
export function serverTls(properties: Properties, prefix: HttpsPrefix): ServerOptions {
  const used = prefixOf(properties, prefix);
  const { checksHost: _, ca, ...material } = restTls(properties, prefix);
  if (material.pfx === undefined && material.cert === undefined) {
    const path = `${used}keystore.location`;
    throw new AppError('config', 'rest.tls', `${path} is required for an https listener.`, {
      path,
      suggestion: 'It names a certificate with its key, in PEM, PKCS12 or JKS.',
    });
  }
  const path = `${used}client.auth`;
  const given = (properties[path] ?? 'none').trim().toLowerCase();
  const auth = CLIENT_AUTH[given];
  if (auth === undefined) {
    const message = `${path} must be required, requested or none, not ${given}.`;
    throw new AppError('config', 'rest.tls', message, { path });
  }
  return { ...material, ...auth, ...(ca === undefined ? {} : { ca: [...ca] }) };
}

function prefixOf(properties: Properties, prefix: HttpsPrefix): string {
  return Object.keys(properties).some((name) => name.startsWith(prefix)) ? prefix : 'ssl.';
}
