/** Whom one trusts and who one is, from the files that Java's tools and OpenSSL write: PEM, PKCS12, JKS. */
import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { isJks, readJks, unlockKey } from './jks.ts';
import { readPkcs12 } from './pkcs12.ts';

export interface StoreFile {
  readonly location: string;
  /** `PEM`, `PKCS12` or `JKS`; what the file really is decides between the last two, as in Java. */
  readonly type: string | undefined;
  readonly password: string | undefined;
  /** Of the key in it, where it has another. */
  readonly keyPassword?: string | undefined;
}

/** As Node's `tls.createSecureContext` takes it. */
export interface Identity {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly pfx?: Buffer | undefined;
  readonly passphrase?: string | undefined;
}

type Format = 'PEM' | 'PKCS12' | 'JKS';
const FORMATS: readonly string[] = ['PEM', 'PKCS12', 'JKS'];

/** The certificates of a trust store, in PEM. Errors are `config`; the caller says which property. */
export function trustOf(file: StoreFile): readonly string[] {
  const bytes = contentOf(file.location);
  const format = formatOf(bytes, file.type);
  const found =
    format === 'PEM'
      ? (bytes.toString('utf8').match(CERTIFICATES) ?? [])
      : (format === 'JKS'
          ? readJks(bytes, file.password).flatMap(({ certificates }) => certificates)
          : readPkcs12(bytes, file.password ?? '')
        ).map(pemOf);
  if (found.length > 0) return found;
  throw new AppError('config', 'tls.store', 'there is no certificate in it');
}

/** A certificate with its key. */
export function identityOf(file: StoreFile): Identity {
  const bytes = contentOf(file.location);
  const format = formatOf(bytes, file.type);
  if (format === 'PEM') {
    const text = bytes.toString('utf8');
    return { cert: text, key: text, passphrase: file.keyPassword };
  }
  if (format === 'PKCS12') return { pfx: bytes, passphrase: file.password };
  const entry = readJks(bytes, file.password).find(({ key }) => key !== undefined);
  if (entry?.key === undefined) {
    throw new AppError('config', 'tls.store', 'there is no key in it');
  }
  const der = unlockKey(entry.key, file.keyPassword ?? file.password ?? '');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return {
    cert: entry.certificates.map(pemOf).join(''),
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
/** The first byte of every DER sequence. */
const SEQUENCE = 0x30;

function formatOf(bytes: Buffer, type: string | undefined): Format {
  const named = type?.trim().toUpperCase();
  if (named !== undefined && !FORMATS.includes(named)) {
    throw new AppError('config', 'tls.type', `the type must be PEM, PKCS12 or JKS, not ${type}`);
  }
  const found = isJks(bytes) ? 'JKS' : bytes[0] === SEQUENCE ? 'PKCS12' : 'PEM';
  if (found === 'PEM' && !bytes.includes('-----BEGIN')) {
    throw new AppError('config', 'tls.store', 'it is neither PEM nor a key store of PKCS12 or JKS');
  }
  if (named !== undefined && (named === 'PEM') !== (found === 'PEM')) {
    throw new AppError('config', 'tls.type', `the type is ${named}, the file is ${found}`);
  }
  return found;
}

function contentOf(location: string): Buffer {
  try {
    return readFileSync(location);
  } catch (cause) {
    throw new AppError('config', 'tls.file', messageOf(cause), { cause });
  }
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
