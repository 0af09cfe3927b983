/**
 * The sink benchmark's stream: change records of one object with 60 fields, as the source writes them. Three in ten
 * are creates with all fields, seven are updates of four fields of an earlier record, any record and any fields.
 */
import { changeValue, keySchema } from '../../connectors/salesforce/source/connect-schemas.ts';
import type { Field, Schema, SourceRecord, Struct } from '../../src/sdk/index.ts';
import { LOGICAL } from '../../src/sdk/index.ts';
import { OBJECT, values } from './project.ts';

const CREATES_IN_TEN = 3;
/** Beside LastModifiedDate, which every change moves. */
const FIELDS_PER_UPDATE = 3;
const START = 1_700_000_000_000n;
/** What the stream's sum is taken of. */
export const SUMMED = 'N0__c';

const optional = (type: Schema['type'], name?: string): Schema => ({ type, optional: true, name });

function typeOf(value: unknown): Schema {
  return optional(typeof value === 'number' ? 'float64' : 'string');
}

const FIELDS: readonly Field[] = [
  ...Object.entries(values(0)).map(([name, value]) => ({ name, schema: typeOf(value) })),
  { name: 'OwnerId', schema: optional('string') },
  { name: 'CreatedById', schema: optional('string') },
  { name: 'LastModifiedById', schema: optional('string') },
  { name: 'CreatedDate', schema: optional('int64', LOGICAL.timestamp) },
  { name: 'LastModifiedDate', schema: optional('int64', LOGICAL.timestamp) },
  { name: 'Due__c', schema: optional('int32', LOGICAL.date) },
  { name: 'Open__c', schema: optional('boolean') },
];
/** What updates choose from. */
const CHANGING = Object.keys(values(0)).slice(1);

const USER = '005000000000001AAA';

/** The same records for the same topic, each time: `at(i)` is pure. */
export class ChangeStream {
  readonly fields = FIELDS;
  readonly #topic: string;
  readonly #keySchema: Schema;
  readonly #valueSchema: Schema;

  constructor(topic: string) {
    this.#topic = topic;
    this.#keySchema = keySchema(topic, 'Id');
    this.#valueSchema = changeValue(topic, FIELDS);
  }

  at(i: number): SourceRecord {
    const { op, row, changed, nulled, record } = changeAt(i);
    const id = `a00${row.toString(36).padStart(12, '0')}AAA`;
    const at = START + BigInt(i);
    const replayId = Buffer.alloc(10);
    replayId.writeUInt32BE(i, 4);
    const replay = replayId.toString('base64');
    const transaction = `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
    return {
      topic: this.#topic,
      keySchema: this.#keySchema,
      key: { Id: id },
      valueSchema: this.#valueSchema,
      value: {
        op,
        id,
        changed,
        nulled,
        record,
        source: {
          org: '00D000000000001EAA',
          channel: `/data/${OBJECT.replace('__c', '__ChangeEvent')}`,
          replayId: replay,
          commitTimestamp: at,
          commitNumber: 10_000_000_000n + BigInt(i),
          transactionKey: transaction,
          sequenceNumber: 1,
          commitUser: USER,
          changeOrigin: 'com/salesforce/api/rest/66.0',
          schemaId: 'bcr4nuJ-jHXJFXj4EvVqOw',
        },
      },
      headers: [
        { key: 'headwater.op', value: op },
        { key: 'headwater.record.id', value: id },
        { key: 'headwater.replay.id', value: replay },
        { key: 'headwater.commit.timestamp', value: String(at) },
        { key: 'headwater.transaction.key', value: transaction },
        { key: 'traceparent', value: `00-${transaction.replaceAll('-', '')}-00000000000000a1-01` },
      ],
      timestamp: Number(at),
    };
  }
}

/** What the table must hold after the first `count` records: its rows, and SUMMED over them. */
export function expected(count: number): { rows: number; sum: number } {
  const last: number[] = [];
  for (let i = 0; i < count; i++) {
    const { row, record } = changeAt(i);
    const value = record[SUMMED];
    if (typeof value === 'number') last[row] = value;
  }
  return { rows: last.length, sum: last.reduce((sum, value) => sum + value, 0) };
}

interface Change {
  readonly op: 'create' | 'update';
  readonly row: number;
  readonly changed: readonly string[];
  readonly nulled: readonly string[];
  readonly record: Struct;
}

function changeAt(i: number): Change {
  const LastModifiedDate = START + BigInt(i);
  const created = Math.floor(i / 10) * CREATES_IN_TEN + Math.min(i % 10, CREATES_IN_TEN);
  if (i % 10 < CREATES_IN_TEN) {
    const record: Struct = {
      ...values(i),
      OwnerId: USER,
      CreatedById: USER,
      LastModifiedById: USER,
      CreatedDate: LastModifiedDate,
      LastModifiedDate,
      Due__c: 19_000 + (i % 1000),
      Open__c: i % 2 === 0,
    };
    return { op: 'create', row: created, changed: [], nulled: [], record };
  }
  const record: Struct = { LastModifiedDate };
  const changed = ['LastModifiedDate'];
  const nulled: string[] = [];
  const now = values(i);
  for (let k = 0; k < FIELDS_PER_UPDATE; k++) {
    const name = CHANGING[scatter(3 * i + k, CHANGING.length)] ?? '';
    if (name in record) continue;
    const value = now[name] ?? null;
    record[name] = value;
    (value === null ? nulled : changed).push(name);
  }
  return { op: 'update', row: scatter(i, created), changed, nulled, record };
}

/** A number below `below` that looks as if it were random. */
function scatter(i: number, below: number): number {
  return Math.floor(((Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32) * below);
}
