import type { BehaviourChapter } from './behaviour.ts';

const FORMULA = 'test/unit/sandbox/formula/evaluate.test.ts';
const CALCULATED = 'test/unit/sandbox/org/calculated.test.ts';
const DOORS = 'test/integration/sandbox/project/calculated.test.ts';
const METADATA = 'test/unit/sandbox/project/metadata.test.ts';
const PROJECT = 'test/unit/sandbox/project/load-project.test.ts';
const PLAN = 'test/unit/sandbox/project/load-plan.test.ts';
const HELP = 'docs: Formula Operators and Functions';
const API = 'docs: Metadata API Developer Guide';

export const project: BehaviourChapter = {
  title: 'Projects: objects, formulas, roll-ups, rules, record types, custom metadata',
  behaviours: [
    {
      name: 'Projects in source and Metadata API format, of several package directories',
      status: 'simulated',
      evidence: `${API}; docs: Salesforce DX Developer Guide; public projects (docs/evidence/projects.md)`,
      test: PROJECT,
    },
    {
      name: 'Metadata that is not known: told with file and line when the project loads, and left out',
      status: 'simulated',
      evidence: 'public projects (docs/evidence/projects.md)',
      test: PROJECT,
    },
    {
      name: 'Fields of a project: all types of the Metadata API, geolocation, auto-number, multi-select, global value sets',
      status: 'partly',
      missing:
        'dependent picklists and filtered lookups take any value; a metadata relationship to an entity or a field is kept as its name; external and indirect lookups are told and left out',
      evidence: `${API}, CustomField`,
      test: PROJECT,
    },
    {
      name: 'Master-detail: no owner, cascade delete, another parent only where the field is reparentable',
      status: 'simulated',
      evidence: `${API}, reparentableMasterDetail`,
      test: METADATA,
    },
    {
      name: 'Encrypted text: shown by its mask',
      status: 'partly',
      missing:
        'View Encrypted Data: it is masked for everybody, and kept that way; masks of license numbers show what `all` shows',
      evidence: `${API}, EncryptedFieldMaskType`,
      test: METADATA,
    },
    {
      name: 'Fields of Activity, standard objects and standard value sets',
      status: 'partly',
      missing: 'standard fields of a project (their help, their history) change nothing',
      evidence: `${API}, StandardValueSet`,
      test: METADATA,
    },
    {
      name: 'Default values that are formulas; describe’s defaultValueFormula',
      status: 'simulated',
      evidence: 'docs: Define Default Field Values',
      test: METADATA,
    },
    {
      name: 'Big objects, external objects',
      status: 'refused',
      missing:
        'told when the project loads; then as an object that is not there: INVALID_TYPE in queries, 404 NOT_FOUND',
      evidence: API,
      test: PROJECT,
    },
    {
      name: 'Formula fields in REST, SOQL (also WHERE, ORDER BY, of parents), Bulk queries and describe',
      status: 'partly',
      missing:
        '`$User`, `$Profile` and `$UserRole` (the value would depend on the reader), `$Api`, and functions of elsewhere (VLOOKUP, GETSESSIONID, CURRENCYRATE, PREVGROUPVAL …) are told when the project loads, and such a field is empty; whether describe says groupable is by type',
      evidence: HELP,
      test: DOORS,
    },
    {
      name: 'Formula functions: logic, math, text, dates and times, geolocation',
      status: 'simulated',
      evidence: `${HELP}; forms of text of BR, HYPERLINK and IMAGE are unverified`,
      test: FORMULA,
    },
    {
      name: 'Formula operators: precedence (`^` binds looser than `*`), blanks as zero or as blank, decimals half up at the field’s scale, ids of 15 characters',
      status: 'simulated',
      evidence: `${HELP}; client: the grammar and engine that Salesforce published as formula-engine; that a condition about an empty value is false under NOT too is unverified`,
      test: FORMULA,
    },
    {
      name: 'Errors in formulas (`#Error!`): division by zero, texts that are no numbers, more than 18 digits: null',
      status: 'simulated',
      evidence: 'docs: Formula Field Errors, for the causes; that the API shows null is unverified',
      test: FORMULA,
    },
    {
      name: 'Formula fields in change events: their value with each event of the record; a parent’s change or the day makes none',
      status: 'partly',
      missing: 'a number of more than 18 digits is empty, and makes no gap event',
      evidence:
        'docs: Change Data Capture General Considerations of API 66.0 (custom formula fields are included, updates to them do not always trigger an event); guides before it left them out',
      test: DOORS,
    },
    {
      name: 'Roll-up summaries: COUNT, SUM, MIN, MAX with filters, also of roll-ups; after create, change, delete, undelete and another parent',
      status: 'partly',
      missing: 'relative dates in filters; a mass recalculation (a new field starts with nothing)',
      evidence: 'docs: Roll-Up Summary Field',
      test: CALCULATED,
    },
    {
      name: 'Change events of a roll-up: the parent’s UPDATE follows the child’s event in the same transaction',
      status: 'simulated',
      evidence:
        'docs: StandardObjectNameChangeEvent (roll-up summary fields are included), Triggers and Order of Execution (the parent goes through save); that LastModifiedDate moves with it is unverified',
      test: DOORS,
    },
    {
      name: 'Validation rules: FIELD_CUSTOM_VALIDATION_EXCEPTION with message and field; ISNEW, ISCHANGED, PRIORVALUE, $User, $Profile, $Setup, $CustomMetadata, $Label',
      status: 'partly',
      missing:
        '`$Permission` is nobody’s; a rule with anything else that is not there is told and not enforced',
      evidence: 'docs: Validation Rules; codes as clients branch on them',
      test: CALCULATED,
    },
    {
      name: 'Validation rules of a parent refuse the child that they don’t let it sum up',
      status: 'simulated',
      evidence: 'docs: Triggers and Order of Execution; the message is unverified',
      test: CALCULATED,
    },
    {
      name: 'Record types: rows of RecordType, RecordTypeId with a default, describe’s recordTypeInfos',
      status: 'partly',
      missing:
        'the default is that of the project’s Admin profile, else the first active one by name, for all users; business processes',
      evidence: `${API}, RecordType; docs: DescribeSObjectResult`,
      test: METADATA,
    },
    {
      name: 'Restricted picklists take what the record’s type leaves: INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      status: 'simulated',
      evidence: 'docs: Considerations for Restricted Picklists',
      test: METADATA,
    },
    {
      name: 'Custom metadata types with the records of the project; read only: CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      status: 'simulated',
      evidence: `docs: Custom Metadata Types; the code of a refused write is unverified`,
      test: DOORS,
    },
    {
      name: 'Custom settings, of lists and hierarchies, as records; without an owner they are for all of the org',
      status: 'partly',
      missing:
        'change events; `$Setup` in formulas reads the org’s record, never a profile’s or a user’s',
      evidence: 'docs: Custom Settings',
      test: METADATA,
    },
    {
      name: 'Platform event channels of the project and their members, with filters and enriched fields',
      status: 'simulated',
      evidence: `${API}, PlatformEventChannelMember`,
      test: DOORS,
    },
    {
      name: 'Plans of `sf data import tree`, with references and nested children',
      status: 'partly',
      missing:
        'each record is a transaction of its own, where the command sends a file’s records as one',
      evidence: 'client: the plans of public projects (docs/evidence/projects.md)',
      test: PLAN,
    },
  ],
};
