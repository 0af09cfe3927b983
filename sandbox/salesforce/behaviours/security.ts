import type { BehaviourChapter } from './behaviour.ts';

const SECURITY = 'docs: Object Reference (ObjectPermissions, FieldPermissions, PermissionSet)';
const PERMISSIONS = 'test/integration/sandbox/security/permissions.test.ts';
const SHARING = 'test/integration/sandbox/security/sharing.test.ts';
const METADATA = 'test/unit/sandbox/security/metadata.test.ts';

export const security: BehaviourChapter = {
  title: 'Who may do what',
  behaviours: [
    {
      name: 'Object permissions of profile and permission sets: what may not be read is NOT_FOUND in REST, INVALID_TYPE in SOQL and SOSL, absent from describe global, an unknown object in Bulk',
      status: 'partly',
      missing:
        'writing without the permission is INSUFFICIENT_ACCESS_OR_READONLY, whose use for creating is unverified; permission set groups, muting, licenses',
      evidence: SECURITY,
      test: PERMISSIONS,
    },
    {
      name: 'Field-level security: a field that may not be read is absent from describe, records and SELECT lists (INVALID_FIELD), one that may not be edited is refused (INVALID_FIELD_FOR_INSERT_UPDATE); in REST, SOQL, SOSL and Bulk',
      status: 'simulated',
      evidence: SECURITY,
      test: PERMISSIONS,
    },
    {
      name: 'Field-level security in change events: hidden fields are empty and not named in the header',
      status: 'simulated',
      evidence: 'docs: Change Data Capture Developer Guide',
      test: 'test/integration/sandbox/pubsub/channels.test.ts',
    },
    {
      name: 'ObjectPermissions, FieldPermissions and PermissionSetAssignment records, which take effect at once and expire',
      status: 'partly',
      missing:
        'the standard profiles System Administrator, Standard User and Read Only give by rule and have no rows; rows that are made for their own permission sets go before the rule; permissions that need others are not completed',
      evidence: SECURITY,
      test: PERMISSIONS,
    },
    {
      name: 'System permissions: API Enabled, Bulk API Hard Delete, View All Data, Modify All Data, Manage Users',
      status: 'partly',
      missing:
        'a user gets the profile’s when the profile is given, and keeps them when it changes; writing users and permissions needs Manage Users or Modify All Data; other system permissions are not there (INVALID_FIELD)',
      evidence: SECURITY,
      test: METADATA,
    },
    {
      name: 'Permission sets and profiles of a DX project, and the sharing models of its objects',
      status: 'partly',
      missing:
        'permissions on what is unknown are told and left out; tabs, applications, classes, record types and custom permissions have no effect',
      evidence: 'docs: Metadata API Developer Guide (PermissionSet, Profile)',
      test: METADATA,
    },
    {
      name: 'Org-wide defaults (Private, Public Read Only, Controlled by Parent): records of others are not found, and INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY to change or to point at; deleting is the owner’s',
      status: 'partly',
      missing:
        'role hierarchy, sharing rules, manual shares and teams give nothing; activities are everybody’s; PushTopic notifications go to all who may read the object',
      evidence: 'docs: Salesforce Security Guide; message seen in public reports',
      test: SHARING,
    },
    {
      name: 'A user’s password',
      calls: ['GET /sobjects/User/:id/password', 'POST /sobjects/User/:id/password'],
      status: 'partly',
      missing: 'resetting it (DELETE: METHOD_NOT_ALLOWED), policies but for 8 characters, expiry',
      evidence: 'docs: REST API Developer Guide (sObject User Password); simple-salesforce',
      test: PERMISSIONS,
    },
    {
      name: 'Records of a queue are its members’',
      status: 'partly',
      missing: 'groups in groups',
      evidence: 'docs: Salesforce Security Guide',
      test: SHARING,
    },
  ],
};
