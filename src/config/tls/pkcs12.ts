/** The certificates of a PKCS #12 file: Node reads such a file for who one is, not for whom one trusts. */
import { createRequire } from 'node:module';
import { AppError, messageOf } from '../../foundation/errors.ts';

/** What is used of node-forge. */
interface Forge {
  readonly asn1: {
    fromDer(bytes: string): unknown;
    toDer(asn1: unknown): { getBytes(): string };
  };
  readonly pki: {
    readonly oids: Readonly<Record<string, string>>;
    certificateToAsn1(certificate: unknown): unknown;
  };
  readonly pkcs12: {
    pkcs12FromAsn1(
      asn1: unknown,
      strict: boolean,
      password: string,
    ): {
      getBags(filter: {
        readonly bagType: string;
      }): Readonly<Record<string, readonly Bag[] | undefined>>;
    };
  };
}

interface Bag {
  /** null: a kind of key that it doesn't know; then `asn1` has it all. */
  readonly cert: object | null;
  readonly asn1: unknown;
}

/** Loaded only for such a file. */
const require = createRequire(import.meta.url);

/** In DER. Throws `config` for a wrong password and for what can't be read. */
export function readPkcs12(bytes: Buffer, password: string): readonly Buffer[] {
  const forge = require('node-forge') as Forge;
  const certificates = forge.pki.oids['certBag'] ?? '';
  let bags: readonly Bag[];
  try {
    const asn1 = forge.asn1.fromDer(bytes.toString('binary'));
    const store = forge.pkcs12.pkcs12FromAsn1(asn1, false, password);
    bags = store.getBags({ bagType: certificates })[certificates] ?? [];
  } catch (cause) {
    const isPassword = /password|MAC/i.test(messageOf(cause));
    throw isPassword
      ? new AppError('config', 'tls.password', 'the password is wrong', { cause })
      : new AppError('config', 'tls.store', 'it is no PKCS12 key store', { cause });
  }
  return bags.map(({ cert, asn1 }) =>
    Buffer.from(
      forge.asn1.toDer(cert === null ? asn1 : forge.pki.certificateToAsn1(cert)).getBytes(),
      'binary',
    ),
  );
}
