import { tlsMaterial, type TlsMaterial } from '../config/tls/tls.ts';
import { AppError } from '../foundation/errors.ts';

/** Files in PEM (or PKCS12 and JKS without a password). */
export interface ClientTlsFiles {
  /** `--ca`: whom to trust. */
  readonly ca: string | undefined;
  /** `--cert`: a certificate and its key. */
  readonly cert: string | undefined;
}

/** undefined: as the machine is set up. What can't be read is a `config` error of the option. */
export function clientTlsOf({ ca, cert }: ClientTlsFiles): TlsMaterial | undefined {
  if (ca === undefined && cert === undefined) return undefined;
  try {
    return tlsMaterial({
      ...(ca === undefined ? {} : { 'ssl.truststore.location': ca }),
      ...(cert === undefined ? {} : { 'ssl.keystore.location': cert }),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const path = error.path?.startsWith('ssl.truststore') === true ? '--ca' : '--cert';
    const why = error.message.replace(/^ssl\.[\w.]+: /, '');
    throw new AppError('config', 'cli.tls', `${path}: ${why}`, {
      cause: error,
      path,
      suggestion: 'It is a file in PEM; a certificate has its key in the same file.',
    });
  }
}
