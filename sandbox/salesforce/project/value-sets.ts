/** Global value sets, and the values that a project gives standard picklists. */
import { basename } from 'node:path';
import type { SandboxOrg } from '../org/org.ts';
import type { FieldDef } from '../org/types.ts';
import { activeValues } from './object-metadata.ts';
import type { Report, ValueSets } from './object-metadata.ts';
import { readXml } from './xml.ts';

export async function readValueSets(files: readonly string[]): Promise<ValueSets> {
  const sets = new Map<string, readonly string[]>();
  for (const file of files) {
    const element = await readXml(file, 'GlobalValueSet');
    sets.set(nameOf(file), activeValues(element.children('customValue')));
  }
  return sets;
}

/** Standard value set → the fields that have its values. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  AccountRating: ['Account.Rating', 'Lead.Rating'],
  AccountType: ['Account.Type'],
  AssetStatus: ['Asset.Status'],
  CampaignMemberStatus: ['CampaignMember.Status'],
  CampaignStatus: ['Campaign.Status'],
  CampaignType: ['Campaign.Type'],
  CaseOrigin: ['Case.Origin'],
  CasePriority: ['Case.Priority'],
  CaseReason: ['Case.Reason'],
  CaseStatus: ['Case.Status'],
  CaseType: ['Case.Type'],
  ContractStatus: ['Contract.Status'],
  EventSubject: ['Event.Subject'],
  Industry: ['Account.Industry', 'Lead.Industry'],
  LeadSource: ['Lead.LeadSource', 'Contact.LeadSource', 'Opportunity.LeadSource'],
  LeadStatus: ['Lead.Status'],
  OpportunityStage: ['Opportunity.StageName'],
  OpportunityType: ['Opportunity.Type'],
  OrderStatus: ['Order.Status'],
  OrderType: ['Order.Type'],
  Product2Family: ['Product2.Family'],
  QuoteStatus: ['Quote.Status'],
  Salutation: ['Contact.Salutation', 'Lead.Salutation'],
  TaskPriority: ['Task.Priority'],
  TaskStatus: ['Task.Status'],
  TaskSubject: ['Task.Subject'],
  AccountContactMultiRoles: ['AccountContactRelation.Roles'],
  AccountOwnership: ['Account.Ownership'],
  ContactRole: ['OpportunityContactRole.Role'],
};

export async function applyStandardValueSets(
  org: SandboxOrg,
  files: readonly string[],
  report: Report,
): Promise<void> {
  for (const file of files) {
    const element = await readXml(file, 'StandardValueSet');
    const values = element.children('standardValue');
    const names = FIELDS[nameOf(file)];
    if (names === undefined) {
      report(
        `${file}: The standard value set ${nameOf(file)} is none that the sandbox has, so it is left out.`,
      );
      continue;
    }
    const isDefault = values.find((value) => value.flag('default'))?.text('fullName');
    for (const name of names) setValues(org, name, activeValues(values), isDefault);
    if (nameOf(file) === 'LeadStatus') {
      org.setLeadStatuses(
        activeValues(values).map((name) => ({
          name,
          isDefault: name === isDefault,
          converted: values.some(
            (each) => each.text('fullName') === name && each.flag('converted'),
          ),
        })),
      );
    }
  }
}

function setValues(
  org: SandboxOrg,
  name: string,
  picklistValues: readonly string[],
  isDefault: string | undefined,
): void {
  const [entity = '', field = ''] = name.split('.');
  const object = org.object(entity);
  if (object === undefined) return;
  const change = (each: FieldDef): FieldDef =>
    each.name === field
      ? { ...each, picklistValues, defaultValue: isDefault ?? each.defaultValue }
      : each;
  org.redefineObject({ ...object, fields: object.fields.map(change) });
}

function nameOf(file: string): string {
  return basename(file).split('.')[0] ?? '';
}
