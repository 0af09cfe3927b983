/** Goal: a registry behind TLS is reached with the properties Confluent's clients are given, and only by those it trusts. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCA, createCert } from 'mkcert';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryOptions } from '../../../src/registry/config.ts';
import { createSchemaRegistry } from '../../../src/registry/registry.ts';

const WHO = { organization: 'o', countryCode: 'DE', state: 's', locality: 'l', validity: 2 };

describe('a registry behind TLS', () => {
  let folder = '';
  let server: Server;
  let properties: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-tls-'));
    const ca = await createCA(WHO);
    const of = (...domains: string[]) => createCert({ domains, validity: 2, ca });
    const [own, client] = [await of('registry.test'), await of('client')];
    server = createServer(
      { ...own, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ id: 7, authorization: request.headers.authorization }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await writeFile(join(folder, 'ca.pem'), ca.cert);
    await writeFile(join(folder, 'client.pem'), client.key + client.cert);
    properties = {
      'schema.registry.url': `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      'schema.registry.ssl.truststore.location': join(folder, 'ca.pem'),
      'schema.registry.ssl.truststore.type': 'PEM',
      'schema.registry.ssl.keystore.location': join(folder, 'client.pem'),
      'schema.registry.ssl.keystore.type': 'PEM',
      'schema.registry.ssl.endpoint.identification.algorithm': '',
    };
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const register = (changed: Record<string, string> = {}): Promise<number> =>
    createSchemaRegistry(registryOptions({ ...properties, ...changed })).register('s', '"string"');

  it('is asked with a certificate it trusts', async () => {
    expect(await register()).toBe(7);
  });

  it('is refused without an authority, for another host name, and refuses who has no certificate', async () => {
    const unreachable = { kind: 'retriable', code: 'registry.unreachable' };
    await expect(register({ 'schema.registry.ssl.truststore.location': '' })).rejects.toMatchObject(
      unreachable,
    );
    await expect(
      register({ 'schema.registry.ssl.endpoint.identification.algorithm': 'https' }),
    ).rejects.toMatchObject(unreachable);
    await expect(register({ 'schema.registry.ssl.keystore.location': '' })).rejects.toMatchObject(
      unreachable,
    );
  });

  it('names the property of a file that is not there or not readable here', () => {
    const name = 'schema.registry.ssl.truststore';
    expect(() => registryOptions({ ...properties, [`${name}.location`]: '/no/such' })).toThrow(
      expect.objectContaining({ path: `${name}.location` }),
    );
    expect(() => registryOptions({ ...properties, [`${name}.type`]: 'JKS' })).toThrow(
      expect.objectContaining({ path: `${name}.type` }),
    );
  });
});
