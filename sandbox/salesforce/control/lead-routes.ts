import type { FastifyInstance } from 'fastify';
import type { LeadConversion } from '../org/types.ts';
import { writeAsAdmin } from './admin-write.ts';
import type { ControlDeps } from './index.ts';
import { FLAG, objectOf, TEXT } from './schemas.ts';

const CONVERSION = objectOf(
  {
    leadId: TEXT,
    convertedStatus: TEXT,
    accountId: TEXT,
    contactId: TEXT,
    opportunityId: TEXT,
    opportunityName: TEXT,
    doNotCreateOpportunity: FLAG,
    overwriteLeadSource: FLAG,
    ownerId: TEXT,
  },
  ['leadId'],
);

/** Converts a lead; the body is SOAP's LeadConvert, with a status by default. */
export function registerLeadRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  app.post('/convert-lead', { schema: { body: CONVERSION } }, (request, reply) => {
    const { leadId, ...given } = request.body as { leadId: string } & Partial<LeadConversion>;
    const [status] = org.findBy('LeadStatus', 'IsConverted', true);
    const conversion = { convertedStatus: String(status?.['ApiName']), ...given };
    const { id } = writeAsAdmin(org, { op: 'convertLead', id: leadId, conversion });
    const lead = org.record('Lead', id ?? '');
    return reply.send({
      leadId: id,
      accountId: lead?.['ConvertedAccountId'],
      contactId: lead?.['ConvertedContactId'],
      opportunityId: lead?.['ConvertedOpportunityId'],
    });
  });
}
