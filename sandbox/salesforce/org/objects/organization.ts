/** The org's own row, and the currencies of an org that has several. */
import { READ_ONLY, SETUP } from './spec.ts';
import type { ObjectSpec } from './spec.ts';

export const organization: ObjectSpec = {
  name: 'Organization',
  label: 'Organization',
  labelPlural: 'Organizations',
  keyPrefix: '00D',
  changeEvents: false,
  abilities: { ...SETUP, createable: false, deletable: false },
  fields: `
Name            | string(80) required | Name
Division        | string(80) | Division
Address         | address |
Phone           | phone(40) | Phone
Fax             | phone(40) | Fax
PrimaryContact  | string(80) | Primary Contact
DefaultLocaleSidKey | picklist(40) restricted required | Locale | en_US*; en_GB; de_DE; fr_FR; ja_JP
TimeZoneSidKey  | picklist(40) restricted required | Time Zone | America/Los_Angeles*; America/New_York; Europe/London; Europe/Berlin; Asia/Tokyo; GMT
LanguageLocaleKey | picklist(40) restricted required | Language | en_US*; de; fr; ja
ReceivesInfoEmails | boolean | Info Emails
ReceivesAdminInfoEmails | boolean default=true | Info Emails Admin
PreferencesRequireOpportunityProducts | boolean readonly | Require Opportunity Products
PreferencesTransactionSecurityPolicy | boolean readonly | Transaction Security Policy
PreferencesTerminateOldestSession | boolean readonly | Terminate Oldest Session
PreferencesConsentManagementEnabled | boolean readonly | Consent Management Enabled
PreferencesAutoSelectIndividualOnMerge | boolean readonly | Auto Select Individual On Merge
PreferencesLightningLoginEnabled | boolean readonly default=true | Lightning Login Enabled
PreferencesOnlyLLPermUserAllowed | boolean readonly | Only LL Perm User Allowed
FiscalYearStartMonth | int(9) readonly | Fiscal Year Starts In
UsesStartDateAsFiscalYearName | boolean readonly | Fiscal Year Name by Start
DefaultAccountAccess | picklist(40) restricted readonly | Default Account Access | None; Read; Edit*; ControlledByLeadOrContact; ControlledByCampaign
DefaultContactAccess | picklist(40) restricted readonly | Default Contact Access | None; Read; Edit; ControlledByParent*
DefaultOpportunityAccess | picklist(40) restricted readonly | Default Opportunity Access | None; Read; Edit*
DefaultLeadAccess | picklist(40) restricted readonly | Default Lead Access | None; Read; Edit; ReadEditTransfer*
DefaultCaseAccess | picklist(40) restricted readonly | Default Case Access | None; Read; Edit; ReadEditTransfer*
DefaultCalendarAccess | picklist(40) restricted readonly | Default Calendar Access | HideDetails; HideDetailsInsert; ShowDetails; ShowDetailsInsert*; AllowEdits
DefaultPricebookAccess | picklist(40) restricted readonly | Default Price Book Access | None; Read; ReadSelect*
DefaultCampaignAccess | picklist(40) restricted readonly | Default Campaign Access | None; Read; Edit*; All
SystemModstamp  | datetime readonly required leftout | System Modstamp
ComplianceBccEmail | email(80) readonly | Compliance BCC Email
UiSkin          | picklist(40) restricted readonly | UI Skin | Theme1; Theme2; Theme3*
SignupCountryIsoCode | string(2) readonly | Signup Country
TrialExpirationDate | datetime readonly | Trial Expiration Date
NumKnowledgeService | int(9) readonly | Knowledge Licenses
OrganizationType | picklist(40) restricted readonly required | Edition | Team Edition; Professional Edition; Enterprise Edition; Developer Edition*; Personal Edition; Unlimited Edition; Contact Manager Edition; Base Edition
NamespacePrefix | string(15) readonly | Namespace Prefix
InstanceName    | string(5) readonly | Instance Name
IsSandbox       | boolean readonly | Is Sandbox
WebToCaseDefaultOrigin | string(40) | Web to Cases Default Origin
MonthlyPageViewsUsed | int(9) readonly | Monthly Page Views Used
MonthlyPageViewsEntitlement | int(9) readonly | Monthly Page Views Allowed
IsReadOnly      | boolean readonly | Is Read Only
CreatedDate     | datetime readonly required | Created Date
CreatedById     | reference(User) readonly required | Created By ID
LastModifiedDate | datetime readonly required | Last Modified Date
LastModifiedById | reference(User) readonly required | Last Modified By ID
`,
};

export const currencyType: ObjectSpec = {
  name: 'CurrencyType',
  label: 'Currency Type',
  labelPlural: 'Currency Types',
  keyPrefix: '01L',
  changeEvents: false,
  abilities: { ...SETUP, ...READ_ONLY },
  fields: `
IsoCode         | picklist(3) restricted required | Currency ISO Code | USD; EUR; GBP; CHF; JPY
ConversionRate  | double(18,6) required | Conversion Rate
DecimalPlaces   | int(9) required | Decimal Places
IsActive        | boolean | Active
IsCorporate     | boolean readonly | Corporate Currency
system
`,
};
