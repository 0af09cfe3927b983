import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { FastifyReply } from 'fastify';

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: true,
  // For the numbered ones: Python's clients write an apostrophe as &#x27;.
  htmlEntities: true,
});
const builder = new XMLBuilder({ ignoreAttributes: false, suppressBooleanAttributes: false });

/** An element without a value. */
export const NIL = { '@_xsi:nil': 'true' };

export type Xml = Readonly<Record<string, unknown>>;

/** Undefined where it isn't well-formed; document types are refused, as Salesforce refuses them. */
export function readXml(body: unknown): Xml | undefined {
  if (typeof body !== 'string' || body.includes('<!DOCTYPE')) return undefined;
  try {
    const parsed: unknown = parser.parse(body, true);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

export function child(node: Xml, name: string): Xml {
  const found = Object.hasOwn(node, name) ? node[name] : undefined;
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

export function text(node: Xml, name: string): string {
  const found = Object.hasOwn(node, name) ? node[name] : undefined;
  return typeof found === 'string' ? found : '';
}

export interface Fault {
  /** `INVALID_LOGIN`; without one the fault is of the envelope itself. */
  readonly code?: string | undefined;
  readonly message: string;
  readonly type?: string | undefined;
}

/** `sf:exceptionCode` and `sf:exceptionMessage` keep their prefix: clients search for them as text. */
export function sendFault(
  reply: FastifyReply,
  namespace: string,
  { code, message, type }: Fault,
): FastifyReply {
  const fault =
    code === undefined
      ? { faultcode: 'soapenv:Client', faultstring: message }
      : {
          faultcode: `sf:${code}`,
          faultstring: `${code}: ${message}`,
          detail: {
            [`sf:${type ?? 'UnexpectedErrorFault'}`]: {
              'sf:exceptionCode': code,
              'sf:exceptionMessage': message,
            },
          },
        };
  return sendEnvelope(reply.code(500), namespace, { 'soapenv:Fault': fault });
}

export function sendEnvelope(reply: FastifyReply, namespace: string, body: Xml): FastifyReply {
  const faults = namespace.replace('urn:', 'urn:fault.');
  return reply
    .type('text/xml; charset=utf-8')
    .send(
      `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="${namespace}" xmlns:sf="${faults}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${builder.build(body)}</soapenv:Body></soapenv:Envelope>`,
    );
}
