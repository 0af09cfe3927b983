/** Children by name: what describe lists as `childRelationships` and a sub-query's FROM names. */
import type { FieldDef, ObjectDef, Org } from '../org/types.ts';

export interface ChildRelationship {
  readonly child: ObjectDef;
  readonly field: FieldDef;
  /** Null where the parent has no name for these children. */
  readonly name: string | null;
}

/** Fields whose children have a name that doesn't follow from the child's label. */
const BY_FIELD: Readonly<Record<string, string>> = {
  'Account.ParentId': 'ChildAccounts',
  'OrderItem.OriginalOrderItemId': 'ChildOrderItems',
  'Asset.ParentId': 'ChildAssets',
  'Campaign.ParentId': 'ChildCampaigns',
  'Contract.CompanySignedId': 'ContractsSigned',
  'Contract.CustomerSignedId': 'ContractsSigned',
  'EntityParticle.EntityDefinitionId': 'Particles',
  'Event.RecurrenceActivityId': 'RecurringEvents',
  'FieldDefinition.EntityDefinitionId': 'Fields',
  'PermissionSetAssignment.AssigneeId': 'PermissionSetAssignments',
  'PermissionSetAssignment.PermissionSetId': 'Assignments',
  'Task.RecurrenceActivityId': 'RecurringTasks',
  'User.ManagerId': 'ManagedUsers',
};
const BY_CHILD: Readonly<Record<string, string>> = {
  AccountContactRelation: 'AccountContactRelations',
  ContentDocumentLink: 'ContentDocumentLinks',
  FieldPermissions: 'FieldPerms',
  ObjectPermissions: 'ObjectPerms',
  OpportunityContactRole: 'OpportunityContactRoles',
  OpportunityHistory: 'OpportunityHistories',
  OpportunityLineItem: 'OpportunityLineItems',
  OrderItem: 'OrderItems',
  PricebookEntry: 'PricebookEntries',
};
/** Standard fields whose children the parent can't list. */
const UNNAMED =
  /^(FirstPublishLocationId|FolderId|LatestPublishedVersionId|ParentRoleId|ProfileId|RelatedId|MasterRecordId|RootAssetId|ReportsToId|OriginalOrderId|Converted\w+|\w+AuthorizedById|\w+ToContactId)$/;

export function childRelationships(org: Org, parent: ObjectDef): ChildRelationship[] {
  const taken = new Set<string>();
  return org.objects().flatMap((child) =>
    child.fields
      .filter((field) => field.referenceTo.includes(parent.name) && child.kind !== 'platformevent')
      .map((field) => {
        const name = nameOf(child, field, parent);
        const free = name !== null && !taken.has(name) ? name : null;
        if (free !== null) taken.add(free);
        return { child, field, name: free };
      }),
  );
}

/** Users and queues don't name what they own or made. */
function nameOf(child: ObjectDef, field: FieldDef, parent: ObjectDef): string | null {
  if (field.relationshipName === null) return null;
  if (field.custom) {
    return field.childRelationshipName ?? `${child.labelPlural.replaceAll(/\W+/g, '_')}__r`;
  }
  const named = BY_FIELD[`${child.name}.${field.name}`];
  if (named !== undefined) return named;
  const owned = field.name === 'OwnerId' && parent.name === 'Group';
  if (parent.name === 'User' || owned || UNNAMED.test(field.name)) return null;
  return BY_CHILD[child.name] ?? child.labelPlural.replaceAll(/\W+/g, '');
}
