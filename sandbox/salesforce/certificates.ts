import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCA, createCert } from 'mkcert';

/** PEM texts of the sandbox's own certificate for the loopback. */
export interface Tls {
  /** Where the certificate authority's PEM is, for clients to trust. */
  readonly caFile: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const OWNER_ONLY = 0o600;
const VALID_DAYS = 825;
const AUTHORITY = {
  organization: 'Headwater Sandbox',
  countryCode: 'US',
  state: 'California',
  locality: 'San Francisco',
  validity: VALID_DAYS,
};

/** A fresh certificate by the authority in `folder`, which is made where there is none; for `hosts` as well. */
export async function createTls(folder: string, hosts: readonly string[] = []): Promise<Tls> {
  await mkdir(folder, { recursive: true });
  const caFile = join(folder, 'ca.pem');
  const authority = await readOrCreateAuthority(caFile, join(folder, 'ca-key.pem'));
  const leaf = await createCert({
    domains: ['localhost', '127.0.0.1', ...hosts],
    validity: VALID_DAYS,
    ca: authority,
  });
  return { caFile, ca: authority.cert, cert: leaf.cert, key: leaf.key };
}

async function readOrCreateAuthority(
  certFile: string,
  keyFile: string,
): Promise<{ cert: string; key: string }> {
  if (existsSync(certFile) && existsSync(keyFile)) {
    return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  }
  const authority = await createCA(AUTHORITY);
  await writeFile(certFile, authority.cert);
  await writeFile(keyFile, authority.key, { mode: OWNER_ONLY });
  return authority;
}

/** Writes a secret for its owner alone; gives the path. */
export async function writeSecretFile(folder: string, name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text, { mode: OWNER_ONLY });
  return file;
}
