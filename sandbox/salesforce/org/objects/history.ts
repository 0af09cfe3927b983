/** What the server notes of opportunities as they move. */
import { READ_ONLY } from './spec.ts';
import type { ObjectSpec } from './spec.ts';

export const opportunityHistory: ObjectSpec = {
  name: 'OpportunityHistory',
  label: 'Opportunity: Stage Change',
  labelPlural: 'Opportunity: Stage Change',
  keyPrefix: '008',
  changeEvents: false,
  abilities: { ...READ_ONLY, searchable: false },
  fields: `
OpportunityId   | reference(Opportunity) readonly required cascade | Opportunity ID
CreatedById     | reference(User) readonly required | Created By ID
CreatedDate     | datetime readonly required | Created Date
StageName       | picklist(255) readonly required | Stage Name | Prospecting; Qualification; Needs Analysis; Value Proposition; Id. Decision Makers; Perception Analysis; Proposal/Price Quote; Negotiation/Review; Closed Won; Closed Lost
Amount          | currency(18,2) readonly | Amount
ExpectedRevenue | currency(18,2) readonly | Expected Revenue
CloseDate       | date readonly | Close Date
Probability     | percent(3,0) readonly | Probability
ForecastCategory | picklist(40) restricted readonly | To ForecastCategory | Omitted; Pipeline; BestCase; MostLikely; Forecast; Closed
SystemModstamp  | datetime readonly required leftout | System Modstamp
PrevAmount      | currency(18,2) readonly | Previous Amount
PrevCloseDate   | date readonly | Previous Close Date
`,
};
