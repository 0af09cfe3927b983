/** Change events written by avsc from given values: a schema as Salesforce's, cut to a few fields. */
import avro from 'avsc';
import fc from 'fast-check';

const CHANGE_TYPES = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'UNDELETE',
  'GAP_CREATE',
  'GAP_UPDATE',
  'GAP_DELETE',
  'GAP_UNDELETE',
  'GAP_OVERFLOW',
  'SNAPSHOT',
] as const;

const TEXT = ['null', 'string'];

export const EVENT = {
  type: 'record',
  name: 'AccountChangeEvent',
  namespace: 'com.sforce.eventbus',
  fields: [
    {
      name: 'ChangeEventHeader',
      type: {
        type: 'record',
        name: 'ChangeEventHeader',
        fields: [
          { name: 'entityName', type: 'string' },
          { name: 'recordIds', type: { type: 'array', items: 'string' } },
          {
            name: 'changeType',
            type: { type: 'enum', name: 'ChangeType', symbols: CHANGE_TYPES },
          },
          { name: 'changeOrigin', type: 'string' },
          { name: 'transactionKey', type: 'string' },
          { name: 'sequenceNumber', type: 'int' },
          { name: 'commitTimestamp', type: 'long' },
          { name: 'commitNumber', type: 'long' },
          { name: 'commitUser', type: 'string' },
          { name: 'nulledFields', type: { type: 'array', items: 'string' } },
          { name: 'diffFields', type: { type: 'array', items: 'string' } },
          { name: 'changedFields', type: { type: 'array', items: 'string' } },
        ],
      },
    },
    {
      name: 'Name',
      type: [
        'null',
        'string',
        {
          type: 'record',
          name: 'Switchable_PersonName',
          fields: [{ name: 'FirstName', type: TEXT, default: null }],
        },
      ],
      doc: 'Data:Switchable_PersonName',
      default: null,
    },
    { name: 'Phone', type: TEXT, doc: 'Data:Phone', default: null },
    { name: 'Employees', type: ['null', 'int'], doc: 'Data:Integer', default: null },
    {
      name: 'BillingAddress',
      type: [
        'null',
        {
          type: 'record',
          name: 'Address',
          fields: [
            { name: 'Street', type: TEXT, default: null },
            { name: 'Latitude', type: ['null', 'double'], default: null },
          ],
        },
      ],
      default: null,
    },
    { name: 'ShippingAddress', type: ['null', 'Address'], default: null },
    { name: 'Flags', type: ['null', { type: 'array', items: 'string' }], default: null },
  ],
};

const type = avro.Type.forSchema(EVENT as unknown as avro.Schema, { wrapUnions: 'never' });

export interface Header {
  readonly recordIds: readonly string[];
  readonly changeType: (typeof CHANGE_TYPES)[number];
  readonly transactionKey: string;
  /** Epoch ms. */
  readonly commitTimestamp: number;
}

export const headerArbitrary: fc.Arbitrary<Header> = fc.record({
  recordIds: fc.array(fc.stringMatching(/^001[0-9A-Za-z]{15}$/), { minLength: 1, maxLength: 20 }),
  changeType: fc.constantFrom(...CHANGE_TYPES),
  transactionKey: fc.uuid(),
  commitTimestamp: fc.integer({ min: 0, max: 4_000_000_000_000 }),
});

export function eventOf(header: Header, values: Readonly<Record<string, unknown>>): Buffer {
  const empty = Object.fromEntries(EVENT.fields.map(({ name }) => [name, null]));
  const ChangeEventHeader = {
    entityName: 'Account',
    changeOrigin: 'com/salesforce/api/rest/66.0;client=test',
    sequenceNumber: 1,
    commitNumber: 1_234,
    commitUser: '005000000000001AAA',
    nulledFields: [],
    diffFields: [],
    changedFields: ['0x800000'],
    ...header,
  };
  return type.toBuffer({ ...empty, ...values, ChangeEventHeader });
}
