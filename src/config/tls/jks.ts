/** Java's own key store format (JKS), to read: authorities are in the clear, keys behind Sun's protection. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../foundation/errors.ts';

export interface JksEntry {
  readonly alias: string;
  /** DER; of a key: its chain, its own first. */
  readonly certificates: readonly Buffer[];
  /** PKCS #8 in DER, still encrypted; absent on trusted certificates. */
  readonly key?: Buffer | undefined;
}

const MAGIC = 0xfeedfeed;
const KEY_ENTRY = 1;
const DIGEST_BYTES = 20;
/** Part of the format: what Sun's implementation hashes between password and content. */
const WHITENER = 'Mighty Aphrodite';

export function isJks(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUInt32BE(0) === MAGIC;
}

/** Throws `config` for a wrong password (where one is given) and for what is no such store. */
export function readJks(bytes: Buffer, password: string | undefined): readonly JksEntry[] {
  const content = bytes.subarray(0, -DIGEST_BYTES);
  if (password !== undefined) {
    const digest = createHash('sha1')
      .update(utf16(password))
      .update(WHITENER)
      .update(content)
      .digest();
    if (!timingSafeEqual(digest, bytes.subarray(-DIGEST_BYTES))) throw wrongPassword();
  }
  try {
    return entriesOf(content);
  } catch (cause) {
    throw new AppError('config', 'tls.store', 'the key store is damaged', { cause });
  }
}

/** The key of an entry as PKCS #8 in DER. */
export function unlockKey(encrypted: Buffer, password: string): Buffer {
  // EncryptedPrivateKeyInfo: SEQUENCE { SEQUENCE algorithm, OCTET STRING: salt, content, check }.
  const outer = contentOf(encrypted, 0);
  const algorithm = contentOf(outer.bytes, 0);
  const data = contentOf(outer.bytes, algorithm.end).bytes;
  const salt = data.subarray(0, DIGEST_BYTES);
  const locked = data.subarray(DIGEST_BYTES, -DIGEST_BYTES);
  const secret = utf16(password);
  const key = Buffer.alloc(locked.length);
  let pad = salt;
  for (let at = 0; at < locked.length; at += 1) {
    if (at % DIGEST_BYTES === 0) pad = createHash('sha1').update(secret).update(pad).digest();
    key[at] = (locked[at] ?? 0) ^ (pad[at % DIGEST_BYTES] ?? 0);
  }
  const check = createHash('sha1').update(secret).update(key).digest();
  if (!timingSafeEqual(check, data.subarray(-DIGEST_BYTES))) throw wrongPassword();
  return key;
}

function entriesOf(content: Buffer): readonly JksEntry[] {
  let at = 4;
  const int = (): number => content.readUInt32BE((at += 4) - 4);
  const take = (length: number): Buffer => {
    if (at + length > content.length) throw new RangeError('beyond the end');
    return content.subarray(at, (at += length));
  };
  const text = (): string => take(content.readUInt16BE((at += 2) - 2)).toString('utf8');
  const version = int();
  const certificate = (): Buffer => {
    if (version > 1) text();
    return take(int());
  };
  return Array.from({ length: int() }, () => {
    const isKey = int() === KEY_ENTRY;
    const alias = text();
    at += 8;
    if (!isKey) return { alias, certificates: [certificate()] };
    const key = take(int());
    return { alias, key, certificates: Array.from({ length: int() }, certificate) };
  });
}

/** The content of the DER element at `at`, and where it ends. */
function contentOf(der: Buffer, at: number): { readonly bytes: Buffer; readonly end: number } {
  const first = der[at + 1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  return { bytes: der.subarray(start, start + length), end: start + length };
}

function utf16(password: string): Buffer {
  return Buffer.from(password, 'utf16le').swap16();
}

function wrongPassword(): AppError {
  return new AppError('config', 'tls.password', 'the password is wrong');
}
