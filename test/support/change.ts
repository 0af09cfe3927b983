/** Hand-made `change` records (design §7), as a converter would hand them to a sink. */
import type { Schema, SinkRecord } from '../../src/sdk/index.ts';
import { LOGICAL } from '../../src/sdk/index.ts';

const text: Schema = { type: 'string', optional: true };
const required = (type: Schema['type']): Schema => ({ type, optional: false });

export const accountRecord: Schema = {
  type: 'struct',
  optional: false,
  name: 'org.Account.Record',
  fields: [
    { name: 'Name', schema: text },
    { name: 'Phone', schema: text },
    { name: 'AnnualRevenue', schema: { type: 'float64', optional: true } },
    { name: 'Employees', schema: { type: 'int32', optional: true } },
    { name: 'Big', schema: { type: 'int64', optional: true } },
    { name: 'Active', schema: { type: 'boolean', optional: true } },
    { name: 'Founded', schema: { type: 'int32', optional: true, name: LOGICAL.date } },
    { name: 'Opens', schema: { type: 'int32', optional: true, name: LOGICAL.time } },
    {
      name: 'LastModifiedDate',
      schema: { type: 'int64', optional: true, name: LOGICAL.timestamp },
    },
    {
      name: 'BillingAddress',
      schema: {
        type: 'struct',
        optional: true,
        name: 'org.Account.Address',
        fields: [
          { name: 'Street', schema: text },
          { name: 'City', schema: text },
        ],
      },
    },
    {
      name: 'NameParts',
      schema: {
        type: 'struct',
        optional: true,
        name: 'org.Account.PersonName',
        fields: [
          { name: 'FirstName', schema: text },
          { name: 'LastName', schema: text },
        ],
      },
    },
  ],
};

export function changeSchema(record: Schema): Schema {
  const list: Schema = { type: 'array', optional: false, items: required('string') };
  return {
    type: 'struct',
    optional: false,
    name: 'org.Account.Value',
    fields: [
      { name: 'op', schema: required('string') },
      { name: 'id', schema: required('string') },
      { name: 'changed', schema: list },
      { name: 'nulled', schema: list },
      { name: 'record', schema: record },
      {
        name: 'source',
        schema: {
          type: 'struct',
          optional: false,
          fields: [{ name: 'commitTimestamp', schema: required('int64') }],
        },
      },
    ],
  };
}

export const accountChange = changeSchema(accountRecord);

export interface ChangeSpec {
  readonly op: string;
  readonly id: string;
  readonly record?: Record<string, unknown>;
  readonly changed?: readonly string[];
  readonly nulled?: readonly string[];
}

export function changeRecord(
  spec: ChangeSpec,
  offset: bigint,
  schema: Schema = accountChange,
  topic = 'org.Account',
): SinkRecord {
  return {
    ...bare(topic, offset),
    key: { Id: spec.id },
    valueSchema: schema,
    value: {
      op: spec.op,
      id: spec.id,
      changed: spec.changed ?? [],
      nulled: spec.nulled ?? [],
      record: spec.record ?? {},
      source: { commitTimestamp: 1_700_000_000_000n },
    },
  };
}

export function bare(topic: string, offset: bigint): SinkRecord {
  return {
    topic,
    kafkaPartition: 0,
    kafkaOffset: offset,
    key: null,
    value: null,
    headers: [],
    original: {
      topic,
      partition: 0,
      offset,
      timestamp: 0,
      key: null,
      value: null,
      headers: [],
    },
  };
}
