/** The Bulk API's pace and bounds; each bound is Salesforce's, unless it says otherwise. */
export interface BulkSettings {
  /** A closed job waits this long before it is taken up, in sandbox time. */
  readonly queueMs: number;
  /** A job is InProgress for at least this long, in sandbox time. */
  readonly runMs: number;
  /** Rows of one transaction, as Apex triggers see them in Salesforce. */
  readonly transactionRows: number;
  /** Bytes of one upload: 150 MB after Salesforce has encoded it in base64. */
  readonly maxUploadBytes: number;
  /** Characters of the data in a multipart request. */
  readonly maxMultipartCharacters: number;
  /** Rows of a page of query results where `maxRecords` isn't given: the sandbox's choice, Salesforce's isn't known. */
  readonly pageRows: number;
  /** Jobs and their results are deleted after this, in sandbox time. */
  readonly retentionMs: number;
  /** The oldest finished jobs go early when there are more: this machine's bound. */
  readonly maxJobs: number;
  /** They go early as well when all data of jobs together takes more: this machine's bound. */
  readonly maxKeptBytes: number;
}

const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;

export const DEFAULT_BULK_SETTINGS: BulkSettings = {
  queueMs: 50,
  runMs: 50,
  transactionRows: 200,
  maxUploadBytes: (150 * MIB * 3) / 4,
  maxMultipartCharacters: 100_000,
  pageRows: 250_000,
  retentionMs: 7 * DAY_MS,
  maxJobs: 5_000,
  maxKeptBytes: 512 * MIB,
};

/** Fields of a row, and characters of one field and of all: longer rows fail. */
export const ROW_LIMITS = { fields: 5_000, fieldCharacters: 32_000, characters: 400_000 } as const;
