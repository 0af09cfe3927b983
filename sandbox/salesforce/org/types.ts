/**
 * The org as the sandbox's services see it. `org/` implements this; `rest/`, `login/`, `events/`,
 * `pubsub/` and `control/` use it and nothing else of `org/`.
 */

/** Salesforce's describe types. */
export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'picklist'
  | 'multipicklist'
  | 'combobox'
  | 'reference'
  | 'email'
  | 'phone'
  | 'url'
  | 'address'
  | 'location'
  | 'encryptedstring'
  /** The bytes of a file: stored as base64, shown as the address to download them from. */
  | 'base64';

export interface FieldDef {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** Characters of text types; 0 elsewhere. */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly custom: boolean;
  /** Durable id of a custom field (`00N…`), as change event schemas show it in `doc`. */
  readonly fieldId?: string | undefined;
  readonly externalId: boolean;
  readonly unique: boolean;
  readonly calculated: boolean;
  readonly autoNumber: boolean;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | null;
  readonly picklistValues: readonly string[];
  readonly restrictedPicklist: boolean;
  readonly defaultValue: FieldValue;
  /** Name of the compound field this is a component of (`BillingAddress`, `Name`), or null. */
  readonly compoundFieldName: string | null;
  /** A long text area, rich text …: what the event schema's `doc` calls it. */
  readonly extraTypeInfo:
    | 'plaintextarea'
    | 'richtextarea'
    | 'personname'
    | 'switchablepersonname'
    | null;
  /** True on what change events never carry: Id, IsDeleted, SystemModstamp, PhotoUrl, LastViewedDate … */
  readonly leftOutOfEvents?: boolean;
  /** Of references: the name under which the parent has its children (`Orders__r`), where it is not the usual one. */
  readonly childRelationshipName?: string | undefined;
  /** Of references: what deleting the parent does to this record; by default the field is emptied where it can be. */
  readonly onDelete?: 'cascade' | 'restrict';
  /** Of auto-numbers: `O-{00000}`. */
  readonly displayFormat?: string;
  /** Of formula fields: its text. Their values are not stored, but worked out where a record is read. */
  readonly formula?: string;
  /** Of formula fields: empty numbers count as 0. */
  readonly blankAsZero?: boolean;
  /** A default value that is worked out for each new record. */
  readonly defaultFormula?: string;
  /** Custom labels that its formulas name, by their names in lower case. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Of encrypted texts, which nobody sees whole: `all`, `lastFour`, `creditCard`, `ssn`, `nino`, `sin`. */
  readonly mask?: { readonly char: '*' | 'X'; readonly type: string } | undefined;
  /** Of roll-up summary fields. */
  readonly summary?: Summary;
}

/** What a roll-up summary field has of the children: those whose `reference` is the record's id. */
export interface Summary {
  readonly operation: 'count' | 'sum' | 'min' | 'max';
  /** Name of the children's object. */
  readonly child: string;
  readonly reference: string;
  /** The children's field; undefined for `count`. */
  readonly field?: string | undefined;
  /** A child that doesn't meet all of them doesn't count. */
  readonly filters: readonly SummaryFilter[];
}

export interface SummaryFilter {
  readonly field: string;
  /** As metadata has it: `equals`, `notEqual`, `lessThan` … */
  readonly operation: string;
  readonly value?: string | undefined;
  /** Another field of the child, whose value is meant. */
  readonly valueField?: string | undefined;
}

export interface ValidationRule {
  readonly name: string;
  /** True for what must not be saved. */
  readonly formula: string;
  readonly message: string;
  /** The field that the message is about; undefined: the record. */
  readonly field?: string | undefined;
  /** Custom labels that the formula names, by their names in lower case. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface ObjectDef {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly keyPrefix: string;
  readonly kind: 'standard' | 'custom' | 'customsetting' | 'custommetadata' | 'platformevent';
  /** Compound fields included (`BillingAddress`, a Contact's `Name`), each before its components. */
  readonly fields: readonly FieldDef[];
  /** Can be selected for change data capture. */
  readonly changeEvents: boolean;
  /** Active ones, in order of their names. */
  readonly validationRules?: readonly ValidationRule[] | undefined;
  /** Values that a record type leaves of restricted picklists: by the record type's id, then by field. */
  readonly recordTypeValues?:
    | Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
    | undefined;
  /** What callers can't do with its records, or this user can't; by default all can be done. */
  readonly abilities?: Abilities | undefined;
  /** The org-wide default: who sees and changes records of others; by default everybody does (`ReadWrite`). */
  readonly sharing?: SharingModel | undefined;
}

/** `ControlledByParent`: as the record that it is a detail of, or that it is related to (a contact's account). */
export type SharingModel = 'Private' | 'Read' | 'ReadWrite' | 'ControlledByParent';

/** As in describe; what is absent is true. */
export interface Abilities {
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly deletable?: boolean;
  /** False: what is deleted is gone at once, without a recycle bin, and there is no IsDeleted. */
  readonly undeletable?: boolean;
  readonly searchable?: boolean;
}

/** date = `YYYY-MM-DD`; datetime = epoch ms; time = ms of day; multipicklist = `a;b`. */
export type FieldValue = string | number | boolean | null;

/**
 * A stored record: every simple and component field by REST name, null where empty. Address and location
 * compounds are not stored; a person's `Name` is, as the plain string that REST shows.
 */
export type RecordValues = Readonly<Record<string, FieldValue>>;

export interface RecordChange {
  readonly entity: string;
  /** 18 characters. */
  readonly id: string;
  readonly type: 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';
  readonly before: RecordValues | null;
  readonly after: RecordValues | null;
  /** The server did it because of another change of the transaction. */
  readonly followsUp?: true;
}

/** What one commit did, in order; listeners run synchronously inside the commit. */
export interface Transaction {
  /** UUID-like. */
  readonly key: string;
  readonly commitNumber: bigint;
  /** Sandbox clock, epoch ms. */
  readonly timestamp: number;
  readonly userId: string;
  /** `com/salesforce/api/rest/66.0;client=…`, or empty for internal changes. */
  readonly origin: string;
  readonly changes: readonly RecordChange[];
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly name: string;
  readonly email: string;
  readonly active: boolean;
  /** View All Data: needed for change events; Modify All Data. */
  readonly viewAllData: boolean;
  readonly modifyAllData: boolean;
  readonly apiEnabled: boolean;
  /** Bulk API Hard Delete, which in Salesforce not even administrators have by themselves. */
  readonly bulkApiHardDelete?: boolean;
  /** Objects this user may not read at all. */
  readonly hiddenObjects: readonly string[];
  /** Fields that field-level security hides from this user in events: `Account.Phone`, a compound with its parts. */
  readonly hiddenFields?: readonly string[];
  /** Of a session's user: objects of which permission sets show all records. */
  readonly viewAllObjects?: readonly string[];
}

export interface Session {
  readonly accessToken: string;
  readonly user: User;
  /** Sandbox clock, epoch ms. */
  readonly expiresAt: number;
}

/** What a caller writes on behalf of. */
export interface Actor {
  readonly userId: string;
  readonly origin: string;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`: duplicate rules that only warn are passed over. */
  readonly allowDuplicates?: boolean;
}

/** Salesforce's own error: REST shows `errorCode`, results of collections show `statusCode`. */
export class SalesforceError extends Error {
  readonly errorCode: string;
  readonly fields: readonly string[];
  readonly httpStatus: number;
  /** What the answer to a single request says besides: `duplicateResult`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What Salesforce would have done and the sandbox doesn't: named in the log. */
  readonly gap: string | undefined;
  /** Of a save that fails for several reasons: the other ones. */
  others: readonly SalesforceError[] = [];
  constructor(
    httpStatus: number,
    errorCode: string,
    message: string,
    fields: readonly string[] = [],
    gap?: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.httpStatus = httpStatus;
    this.gap = gap;
    this.errorCode = errorCode;
    this.fields = fields;
    this.details = details;
  }
}

export interface SaveResult {
  readonly id: string | null;
  readonly success: boolean;
  readonly created: boolean;
  readonly errors: readonly SalesforceError[];
  /** Of a merge: ids of the records that have another parent now. */
  readonly related?: readonly string[];
}

/** One write inside a transaction. Field values are JSON as REST clients send them. */
export type Write =
  | { readonly op: 'insert'; readonly entity: string; readonly values: JsonValues }
  | {
      readonly op: 'update';
      readonly entity: string;
      readonly id: string;
      readonly values: JsonValues;
    }
  | {
      readonly op: 'upsert';
      readonly entity: string;
      readonly externalIdField: string;
      readonly externalId: string;
      readonly values: JsonValues;
    }
  | {
      readonly op: 'delete';
      readonly id: string;
      /** Erased for good instead of put into the recycle bin. */
      readonly hard?: boolean;
    }
  | { readonly op: 'undelete'; readonly id: string }
  | {
      readonly op: 'merge';
      readonly entity: string;
      /** The record that stays. */
      readonly id: string;
      /** One or two that are deleted. */
      readonly loserIds: readonly string[];
      /** What the record that stays takes over. */
      readonly values: JsonValues;
    }
  | { readonly op: 'convertLead'; readonly id: string; readonly conversion: LeadConversion };

/** As SOAP's LeadConvert says it, but for the lead's id. */
export interface LeadConversion {
  readonly convertedStatus: string;
  /** Records to convert into, instead of new ones; only their empty fields are filled. */
  readonly accountId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly opportunityId?: string | undefined;
  readonly opportunityName?: string | undefined;
  readonly doNotCreateOpportunity?: boolean | undefined;
  /** The contact's lead source becomes the lead's even where it has one. */
  readonly overwriteLeadSource?: boolean | undefined;
  readonly ownerId?: string | undefined;
}

/** Carries out writes inside a transaction; `allOrNone` as of `Org.write`, for these writes alone. */
export type WriteAll = (writes: readonly Write[], allOrNone: boolean) => readonly SaveResult[];

export type JsonValues = Readonly<Record<string, unknown>>;

/** `before` is null for a new record. Throws SalesforceError. */
export type SaveCheck = (record: RecordValues, before: RecordValues | null) => void;

export interface SandboxClock {
  /** Epoch ms: the system's time plus what the control API moved it by. */
  now(): number;
  advance(ms: number): void;
}

export interface Org {
  /** 18 characters, `00D…`. */
  readonly id: string;
  readonly clock: SandboxClock;
  objects(): readonly ObjectDef[];
  /** Case-insensitive; undefined when there is none. */
  object(name: string): ObjectDef | undefined;
  objectByPrefix(keyPrefix: string): ObjectDef | undefined;

  /** All live records of an object, in order of creation. `deleted` adds the recycle bin's. */
  records(entity: string, deleted?: boolean): Iterable<RecordValues>;
  /** `deleted` finds it in the recycle bin too. */
  record(entity: string, id: string, deleted?: boolean): RecordValues | undefined;
  /** Through an index where the field is an id, external id or unique. */
  findBy(entity: string, field: string, value: FieldValue): readonly RecordValues[];
  /**
   * One transaction of the writes in order. `allOrNone`: the first failure rolls everything back and
   * the others fail with ALL_OR_NONE_OPERATION_ROLLED_BACK; else each stands alone.
   */
  write(actor: Actor, writes: readonly Write[], allOrNone: boolean): readonly SaveResult[];
  /**
   * One transaction around several calls of `write`, each of which sees what those before it did. What `work` throws
   * rolls everything back and is thrown on.
   */
  transaction<T>(actor: Actor, work: (write: WriteAll) => T): T;
  /**
   * The values of an insert, checked and converted with defaults filled in, without writing anything: what
   * publishing a platform event needs.
   */
  convert(entity: string, values: JsonValues): RecordValues;
  /** Runs after each commit that changed something, synchronously, in commit order. */
  onCommit(listener: (transaction: Transaction) => void): Disposable;
  /** Runs on each record of the object that is to be stored; what it throws refuses the write. */
  onSave(entity: string, check: SaveCheck): Disposable;

  addField(entity: string, field: FieldDef): void;
  dropField(entity: string, field: string): void;
  /** Values are converted where possible, else nulled. */
  retypeField(entity: string, field: string, type: FieldType, length?: number): void;
  /** Runs after an object's fields changed. */
  onSchemaChange(listener: (entity: string) => void): Disposable;

  /** The org as this user may see and change it: itself for those from whom nothing is kept. */
  seenBy(user: User): Org;

  users(): readonly User[];
  user(idOrUsername: string): User | undefined;
  putUser(user: User): void;
  /** A live session of that token, or undefined (unknown, expired, revoked, user inactive); `used` keeps it alive. */
  session(accessToken: string, used?: boolean): Session | undefined;
  openSession(userId: string): Session;
  /** Ends one session, or all of a user's, or all. Streams opened by it notice at the next check. */
  endSessions(which: { accessToken?: string; userId?: string }): number;
}
