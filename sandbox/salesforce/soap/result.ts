import type { SoapCall } from '../login/soap-operations.ts';
import type { Xml } from '../login/soap-xml.ts';
import type { Actor, Org, SalesforceError, SaveResult, Session, Write } from '../org/types.ts';

/** More of one call are refused. */
const REQUESTS_MAX = 200;

/** The elements of that name, one or many. */
export function elements(node: Xml, name: string): readonly Xml[] {
  const found = Object.hasOwn(node, name) ? node[name] : [];
  const all: readonly unknown[] = Array.isArray(found) ? found : [found];
  return all.map((each) => (typeof each === 'object' && each !== null ? { ...each } : {}));
}

/** Their texts, without the empty ones. */
export function texts(node: Xml, name: string): readonly string[] {
  const found = Object.hasOwn(node, name) ? node[name] : [];
  const all: readonly unknown[] = Array.isArray(found) ? found : [found];
  return all.filter((each) => typeof each === 'string').filter((each) => each !== '');
}

export function tooMany(requests: readonly unknown[]): string | undefined {
  if (requests.length <= REQUESTS_MAX) return undefined;
  return `maximum batch size is ${REQUESTS_MAX}`;
}

/** What change events show as `changeOrigin`: `com/salesforce/api/soap/60.0;client=…`. */
export function soapActor({ path, client }: SoapCall, { user }: Session): Actor {
  const [, version = ''] = path.split('/');
  const origin = `com/salesforce/api/soap/${version}`;
  return { userId: user.id, origin: client === '' ? origin : `${origin};client=${client}` };
}

/** One write as a transaction of its own. */
export function writeAlone(org: Org, actor: Actor, write: Write): SaveResult {
  const [result] = org.write(actor, [write], true);
  if (result === undefined) throw new TypeError('A write without result.');
  return result;
}

/** As the WSDL has it: `fields`, `message`, `statusCode`. */
export function errorsOf(errors: readonly SalesforceError[]): readonly Xml[] {
  return errors.map(({ fields, message, errorCode }) => ({
    ...(fields.length === 0 ? {} : { fields }),
    message,
    statusCode: errorCode,
  }));
}
