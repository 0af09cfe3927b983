/** `query?explain=SELECT …`: how the query would be run, the best plan first. */
import { SalesforceError } from '../org/types.ts';
import { planQuery } from '../soql/plan.ts';
import { ok } from './api.ts';
import type { Answer, Call } from './api.ts';

export function explain(call: Call, soql: string): Answer {
  if (/^\w{15}(\w{3})?$/.test(soql)) {
    const message = `Reports and list views are not simulated: ${soql}`;
    throw new SalesforceError(400, 'INVALID_ID', message, [], 'query plans of reports');
  }
  const { entity, cardinality, lookup, total } = planQuery(call, soql);
  const plan = (operation: string, fields: readonly string[], cost: number) => ({
    cardinality,
    fields,
    leadingOperationType: operation,
    notes: [
      {
        description: 'Not considering filter for optimization because unindexed',
        fields: ['IsDeleted'],
        tableEnumOrId: entity,
      },
    ],
    relativeCost: cost,
    sobjectCardinality: total,
    sobjectType: entity,
  });
  const share = total === 0 ? 0 : cardinality / total;
  const scan = plan('TableScan', [], 1 + share);
  return ok({ plans: lookup === undefined ? [scan] : [plan('Index', [lookup], share), scan] });
}
