/** SOAP calls that REST has no resource for: merge, convertLead and undelete. Each element is a transaction of its own. */
import { withSession } from '../login/soap-operations.ts';
import type { SoapCall } from '../login/soap-operations.ts';
import type { SoapFault } from '../login/soap.ts';
import { child, text } from '../login/soap-xml.ts';
import type { Xml } from '../login/soap-xml.ts';
import type { JsonValues, LeadConversion, Org } from '../org/types.ts';
import { elements, errorsOf, soapActor, texts, tooMany, writeAlone } from './result.ts';

export function merge(call: SoapCall): Xml | SoapFault {
  return each(call, elements(call.request, 'mergeRequests'), ({ org, actor }, request) => {
    const { id, ...record } = masterOf(child(request, 'masterRecord'));
    const loserIds = texts(request, 'recordToMergeIds');
    const result = writeAlone(org, actor, { op: 'merge', id, loserIds, ...record });
    if (!result.success) return { errors: errorsOf(result.errors), success: false };
    return {
      id: result.id,
      mergedRecordIds: loserIds,
      success: true,
      updatedRelatedIds: result.related ?? [],
    };
  });
}

export function convertLead(call: SoapCall): Xml | SoapFault {
  return each(call, elements(call.request, 'leadConverts'), ({ org, actor }, request) => {
    const id = text(request, 'leadId');
    const conversion = conversionOf(request);
    const result = writeAlone(org, actor, { op: 'convertLead', id, conversion });
    const { errors, success } = result;
    if (!success) return { errors: errorsOf(errors), leadId: id, success };
    const lead = org.record('Lead', result.id ?? '');
    const opportunityId = lead?.['ConvertedOpportunityId'] ?? null;
    return {
      accountId: lead?.['ConvertedAccountId'],
      contactId: lead?.['ConvertedContactId'],
      leadId: result.id,
      ...(opportunityId === null ? {} : { opportunityId }),
      success,
    };
  });
}

export function undelete(call: SoapCall): Xml | SoapFault {
  return each(call, texts(call.request, 'ids'), ({ org, actor }, id) => {
    const { success, errors } = writeAlone(org, actor, { op: 'undelete', id });
    return success ? { id, success } : { errors: errorsOf(errors), success };
  });
}

interface Caller {
  readonly org: Org;
  readonly actor: ReturnType<typeof soapActor>;
}

function each<T>(
  call: SoapCall,
  requests: readonly T[],
  run: (caller: Caller, request: T) => Xml,
): Xml | SoapFault {
  return withSession(call, (session, { org }) => {
    const message = tooMany(requests);
    if (message !== undefined) return { fault: { code: 'EXCEEDED_ID_LIMIT', message } };
    const caller = { org: org.seenBy(session.user), actor: soapActor(call, session) };
    return { result: requests.map((request) => run(caller, request)) };
  });
}

/** `type`, `Id`, `fieldsToNull`, and else values: all are texts, as the partner API sends them. */
function masterOf(record: Xml): { entity: string; id: string; values: JsonValues } {
  const { type, Id: _id, fieldsToNull: _null, ...given } = record;
  const nulls = texts(record, 'fieldsToNull').map((name) => [name, null] as const);
  const [id = ''] = texts(record, 'Id');
  return { entity: String(type), id, values: { ...given, ...Object.fromEntries(nulls) } };
}

function conversionOf(request: Xml): LeadConversion {
  const given = (name: string): string | undefined => texts(request, name)[0];
  return {
    convertedStatus: text(request, 'convertedStatus'),
    accountId: given('accountId'),
    contactId: given('contactId'),
    opportunityId: given('opportunityId'),
    opportunityName: given('opportunityName'),
    ownerId: given('ownerId'),
    doNotCreateOpportunity: given('doNotCreateOpportunity') === 'true',
    overwriteLeadSource: given('overwriteLeadSource') === 'true',
  };
}
