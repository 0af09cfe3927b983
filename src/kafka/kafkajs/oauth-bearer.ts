/**
 * SASL/OAUTHBEARER for kafkajs, whose own takes a refusal for success: a broker that doesn't take a token says so in the
 * answer's bytes, and only then ends the connection.
 */
import { createRequire } from 'node:module';
import type { KafkaConfig } from './kafkajs.ts';
import { tokenRefused } from '../security-errors.ts';
import type { Login } from '../security.ts';

interface Message {
  encode(): Promise<Buffer>;
}

type CreateMessage = (
  options: object,
  token: { readonly value: string; readonly extensions: Readonly<Record<string, string>> },
) => Promise<Message>;

interface Exchange {
  readonly request: Message;
  readonly response: {
    /** An int32 length, then so many bytes. */
    decode(bytes: Buffer): Promise<Buffer>;
    parse(said: Buffer): Promise<string>;
  };
}

const require = createRequire(import.meta.url);
const createMessage = require('kafkajs/src/protocol/sasl/oauthBearer/request.js') as CreateMessage;
const LENGTH_BYTES = 4;

const response: Exchange['response'] = {
  decode: async (bytes) => await Promise.resolve(bytes.subarray(LENGTH_BYTES)),
  parse: async (said) => await Promise.resolve(said.toString('utf8')),
};

/** For `sasl` of kafkajs' configuration. `authenticationProvider` is kafkajs' own hook, and isn't in its typings. */
export function oauthBearer({
  token,
  oauthBearerExtensions: extensions,
}: Extract<Login, { readonly mechanism: 'OAUTHBEARER' }>): NonNullable<KafkaConfig['sasl']> {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ host, port, saslAuthenticate }: Peer) => ({
      authenticate: async (): Promise<void> => {
        const request = await createMessage({}, { value: await token(), extensions });
        const said = await saslAuthenticate({ request, response });
        if (said === '') return;
        throw tokenRefused(said, `${host}:${port}`);
      },
    }),
  } as NonNullable<KafkaConfig['sasl']>;
}

interface Peer {
  readonly host: string;
  readonly port: number;
  readonly saslAuthenticate: (exchange: Exchange) => Promise<string>;
}
