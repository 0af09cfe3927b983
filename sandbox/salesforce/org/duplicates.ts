/** Duplicate rules: a record isn't saved, or only when the caller insists, while another has the same values. */
import type { WriteContext } from './rules.ts';
import type { SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { RecordValues } from './types.ts';

export interface DuplicateRule {
  readonly entity: string;
  /** All of them equal, texts without case; a record with an empty one has no duplicates. */
  readonly fields: readonly string[];
  /** `allow` warns: `Sforce-Duplicate-Rule-Header: allowSave=true` saves nevertheless. */
  readonly action: 'block' | 'allow';
}

/** Salesforce's default alert. */
const ALERT = 'Use one of these records?';

/** Throws DUPLICATES_DETECTED. */
export function checkDuplicates(
  rules: Iterable<DuplicateRule>,
  target: SchemaEntry,
  record: RecordValues,
  before: RecordValues | null,
  context: WriteContext,
): void {
  for (const rule of rules) {
    if (rule.entity !== target.model.def.name) continue;
    if (rule.action === 'allow' && context.allowDuplicates === true) continue;
    if (before !== null && rule.fields.every((name) => record[name] === before[name])) continue;
    const found = duplicatesOf(rule, target, record);
    if (found.length > 0) throw detected(rule, found);
  }
}

function duplicatesOf(
  { fields }: DuplicateRule,
  { table }: SchemaEntry,
  record: RecordValues,
): RecordValues[] {
  const [first] = fields;
  if (first === undefined || fields.some((name) => (record[name] ?? null) === null)) return [];
  return table
    .find(first, record[first] ?? null)
    .filter((row) => row['IsDeleted'] !== true && row['Id'] !== record['Id'])
    .filter((row) => fields.every((name) => same(row[name], record[name])));
}

function same(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string'
    ? a.toLowerCase() === b.toLowerCase()
    : a === b;
}

/** With what REST shows of it to single writes. */
function detected(rule: DuplicateRule, found: readonly RecordValues[]): SalesforceError {
  const { entity, action } = rule;
  const matchRecords = found.map((row) => ({
    additionalInformation: [],
    fieldDiffs: [],
    matchConfidence: 100,
    record: { attributes: { type: entity }, Id: row['Id'] },
  }));
  const match = {
    entityType: entity,
    errors: [],
    matchEngine: 'ExactMatchEngine',
    matchRecords,
    rule: `Standard_${entity}_Match_Rule_v1_0`,
    size: found.length,
    success: true,
  };
  const duplicateResult = {
    allowSave: action === 'allow',
    duplicateRule: `Standard_${entity}_Duplicate_Rule`,
    duplicateRuleEntityType: entity,
    errorMessage: ALERT,
    matchResults: [match],
  };
  return new SalesforceError(400, 'DUPLICATES_DETECTED', ALERT, [], undefined, { duplicateResult });
}
