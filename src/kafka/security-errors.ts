/** What a refused connection says about one's own properties: neutral, for every adapter. */
import { AppError } from '../foundation/errors.ts';

export interface SecurityProblem {
  /** The property to look at. */
  readonly path: string;
  /** As the end of a sentence. */
  readonly why: string;
  readonly suggestion: string;
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/** By the code and message of Node's error; undefined where it isn't about TLS. */
export function securityProblem(code: string, message: string): SecurityProblem | undefined {
  if (UNTRUSTED.has(code) || (code === '' && /self.signed|unable to (verify|get)/i.test(message))) {
    return {
      path: 'ssl.truststore.location',
      why: "the broker's certificate is not from an authority in ssl.truststore.location",
      suggestion: "Put the authority of the broker's certificate into it.",
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      path: 'bootstrap.servers',
      why: "the broker's certificate is out of date",
      suggestion: "Renew the broker's certificate.",
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      path: 'ssl.endpoint.identification.algorithm',
      why: "the broker's certificate is for another host name",
      suggestion:
        'Use the name that it has in bootstrap.servers and advertised.listeners, or set ssl.endpoint.identification.algorithm= (empty).',
    };
  }
  if (/WRONG_VERSION_NUMBER|wrong version number|packet length too long/i.test(code + message)) {
    return {
      path: 'security.protocol',
      why: 'the broker does not speak TLS there',
      suggestion: 'Use another port, or security.protocol=PLAINTEXT or SASL_PLAINTEXT.',
    };
  }
  if (/alert (certificate required|bad certificate|unknown ca|handshake failure)/i.test(message)) {
    return {
      path: 'ssl.keystore.location',
      why: 'the broker refuses the certificate in ssl.keystore.location, or wants one',
      suggestion: 'Name a certificate whose authority the broker trusts.',
    };
  }
  return undefined;
}

/** `said`: RFC 7628's `{"status":"invalid_token",…}`. */
export function tokenRefused(said: string, broker = 'The broker'): AppError {
  const status = /"status"\s*:\s*"([\w-]+)"/.exec(said)?.[1] ?? 'invalid_token';
  return new AppError('auth', 'kafka.login', `${broker} refuses the token (${status}).`, {
    path: 'sasl.oauthbearer.token.endpoint.url',
    suggestion: 'Look at its expiry, issuer, audience and scope.',
  });
}
