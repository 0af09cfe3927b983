/** Public Salesforce DX projects that the sandbox was shown, each as it was at one commit. */

export interface PublicProject {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  readonly commit: string;
  /** Plans of `sf data import tree`, from the project's root. */
  readonly plans?: readonly string[];
}

export const PUBLIC_PROJECTS: readonly PublicProject[] = [
  {
    repository: 'trailheadapps/dreamhouse-lwc',
    commit: '9f41bfff59de2a4598a432576a580a44837ef84e',
    plans: ['data/sample-data-plan.json'],
  },
  {
    repository: 'trailheadapps/easy-spaces-lwc',
    commit: '584ef538d9d4dacb43a405c01df40fde023724d6',
    plans: ['data/Plan1.json', 'data/Plan2.json'],
  },
  {
    repository: 'trailheadapps/coral-cloud',
    commit: 'a25e9acba9b498ee739b513b2a4e0113fd556529',
    plans: ['data/data-plan.json', 'data/data-plan-large.json'],
  },
  { repository: 'SalesforceFoundation/NPSP', commit: '19646faa907c11d3283da80efa645a99b3018ed4' },
  { repository: 'SalesforceFoundation/EDA', commit: 'e593957756d629b4b0a8d8114889ac58f5943173' },
  {
    repository: 'SalesforceFoundation/Volunteers-for-Salesforce',
    commit: '6a96edfc30b0d2416ceeb0b2882b16a3cd983be0',
  },
  { repository: 'jongpie/NebulaLogger', commit: '2601c16d049a2fe48c13d9f7f316ccad12127e31' },
  {
    repository: 'mitchspano/apex-trigger-actions-framework',
    commit: 'ee05fd3bcf82317f0ed1ebd0e9dca76328050f59',
  },
  {
    repository: 'SFDO-Community/declarative-lookup-rollup-summaries',
    commit: '8e43f01222c820c4352c93d1a48fd91cfe0208b5',
  },
  {
    repository: 'financialforcedev/fflib-apex-common-samplecode',
    commit: 'cf1123113f80b6bc2c891a5e3158bad977092ee7',
  },
];
