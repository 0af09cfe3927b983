/** The partner (`u`) and enterprise (`c`) SOAP APIs, for what clients still use of them: to log in, out, and to ask who they are. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LoginServices } from './index.ts';
import { originOf } from './origin.ts';
import { getServerTimestamp, getUserInfo, login, logout } from './soap-operations.ts';
import type { SoapCall } from './soap-operations.ts';
import { inflateBody } from '../rest/inflate.ts';
import { convertLead, merge, undelete } from '../soap/operations.ts';
import { child, readXml, sendEnvelope, sendFault, text } from './soap-xml.ts';
import type { Fault, Xml } from './soap-xml.ts';

/** Larger envelopes are refused, bytes. */
const ENVELOPE_LIMIT = 1024 * 1024;

/** The answer's element, or a fault. */
type Operation = (call: SoapCall) => Xml | SoapFault;

/** What an operation refuses with. */
export interface SoapFault {
  readonly fault: Fault;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['login', login],
  ['logout', logout],
  ['getUserInfo', getUserInfo],
  ['getServerTimestamp', getServerTimestamp],
  ['merge', merge],
  ['convertLead', convertLead],
  ['undelete', undelete],
]);

/** Operations of the real API, which are told apart from misspelt ones. */
const NOT_SIMULATED = new Set(
  'changeOwnPassword create delete deleteByExample describeAllTabs describeAppMenu describeApprovalLayout describeCompactLayouts describeDataCategoryGroups describeDataCategoryGroupStructures describeGlobal describeGlobalTheme describeKnowledge describeLayout describeNouns describePathAssistants describePrimaryCompactLayouts describeQuickActions describeSearchLayouts describeSObject describeSObjects describeSoftphoneLayout describeSoqlListViews describeTabs describeTheme describeVisualForce emptyRecycleBin executeListView findDuplicates findDuplicatesByIds getDeleted getUpdated invalidateSessions performQuickActions process query queryAll queryMore renderEmailTemplate resetPassword retrieve search sendEmail sendEmailMessage setPassword update upsert'.split(
    ' ',
  ),
);

export function registerSoap(app: FastifyInstance, services: LoginServices): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { api, version } = request.params as { api: string; version: string };
    const namespace = namespaceOf(api);
    const envelope = child(readXml(request.body) ?? {}, 'Envelope');
    const body = child(envelope, 'Body');
    const header = child(envelope, 'Header');
    const name = Object.keys(body).find((each) => !each.startsWith('?')) ?? '';
    const answer = run(name, namespace, version, {
      request: child(body, name),
      sessionId: text(child(header, 'SessionHeader'), 'sessionId'),
      client: text(child(header, 'CallOptions'), 'client'),
      path: `${api}/${version}`,
      origin: originOf(request),
      services,
    });
    if ('fault' in answer) return sendFault(reply, namespace, answer.fault as Fault);
    return sendEnvelope(reply, namespace, { [`${name}Response`]: answer });
  };
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.setErrorHandler((error, _request, reply) =>
      sendFault(reply, namespaceOf('u'), faultOf(error)),
    );
    // Salesforce's own Java connector compresses its envelopes.
    const options = { bodyLimit: ENVELOPE_LIMIT, preParsing: inflateBody };
    scope.post('/services/Soap/:api(^[uc]$)/:version', options, handler);
    scope.post('/services/Soap/:api(^[uc]$)/:version/:org', options, handler);
    done();
  });
}

/** A refused body is the client's; anything else is ours. */
function faultOf(error: unknown): Fault {
  const { statusCode = 500, code = '', message } = error as Partial<FastifyError>;
  const isTheirs = statusCode < 500 || code.startsWith('Z_');
  return { code: isTheirs ? undefined : 'UNKNOWN_EXCEPTION', message: message ?? String(error) };
}

function namespaceOf(api: string): string {
  return `urn:${api === 'c' ? 'enterprise' : 'partner'}.soap.sforce.com`;
}

function run(name: string, namespace: string, version: string, call: SoapCall): Xml | SoapFault {
  if (!/^\d{1,2}\.0$/.test(version)) {
    const message = 'Invalid Api version specified on URL';
    return { fault: { code: 'UNSUPPORTED_API_VERSION', message } };
  }
  if (name === '') return { fault: { message: 'The envelope has no operation, or is not XML.' } };
  const operation = OPERATIONS.get(name);
  if (operation !== undefined) return operation(call);
  if (NOT_SIMULATED.has(name)) {
    call.services.tellGap?.(`SOAP ${name}`);
    const message = `The sandbox doesn't simulate ${name} of the SOAP API.`;
    return { fault: { code: 'FUNCTIONALITY_NOT_ENABLED', message } };
  }
  const shown = /^\w{1,80}$/.test(name) ? name : '';
  return { fault: { message: `No operation available for request {${namespace}}${shown}` } };
}
