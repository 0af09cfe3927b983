import type { Metadata, ServiceError, UntypedServiceImplementation } from '@grpc/grpc-js';
import { PREFIX } from './errors.ts';

/** A call that was answered, a stream that was opened, or one that ended with an error. */
export interface ToldCall {
  readonly rpc: string;
  readonly userAgent: string | undefined;
  /** Without Salesforce's prefix. */
  readonly errorCode: string | undefined;
  readonly ms: number;
}

interface Call {
  readonly metadata: Metadata;
  once?(event: 'error', listener: (error: ServiceError) => void): unknown;
}

type Reply = (error: ServiceError | null, answer?: unknown) => void;
type Handler = (call: Call, reply?: Reply) => void;

/** The service, telling of each call; of the messages in a stream nothing. */
export function tellingCalls(
  service: UntypedServiceImplementation,
  tell: (call: ToldCall) => void,
): UntypedServiceImplementation {
  const entries = Object.entries(service).map(([rpc, handler]): [string, Handler] => [
    rpc,
    (call, reply) => {
      const started = performance.now();
      const userAgent = call.metadata.get('user-agent')[0]?.toString();
      const answered = (error: ServiceError | null): void => {
        const ms = performance.now() - started;
        tell({ rpc, userAgent, errorCode: codeOf(error), ms });
      };
      const handle = handler as Handler;
      if (reply === undefined) {
        answered(null);
        call.once?.('error', answered);
        return handle(call);
      }
      return handle(call, (error, answer) => {
        answered(error);
        reply(error, answer);
      });
    },
  ]);
  return Object.fromEntries(entries) as UntypedServiceImplementation;
}

function codeOf(error: ServiceError | null): string | undefined {
  if (error === null) return undefined;
  const [code] = error.metadata?.get('error-code') ?? [];
  return code?.toString().replace(PREFIX, '') ?? String(error.code);
}
