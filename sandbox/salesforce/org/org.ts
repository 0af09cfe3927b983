import { AppError } from '../../../src/foundation/errors.ts';
import { ObservedMap } from '../observed-map.ts';
import { createClock } from './clock.ts';
import { Identity } from './identity.ts';
import { makeId, normalizeId } from './ids.ts';
import type { Deletion } from './changing.ts';
import type { DuplicateRule } from './duplicates.ts';
import { readIncoming } from './incoming.ts';
import { DEFINITIONS, definitionRows, isDefinition } from './objects/definitions.ts';
import { standardObjects } from './objects/index.ts';
import { leadStatusRows } from './objects/lead-status.ts';
import type { LeadStatusValue } from './objects/lead-status.ts';
import type { Feature } from './objects/index.ts';
import {
  CURRENCY_ROWS,
  organizationRow,
  profileRows,
  standardRows,
  SYSTEM_ADMINISTRATOR,
} from './objects/standard-rows.ts';
import { withCurrency } from './objects/spec.ts';
import type { StandardRow } from './objects/standard-rows.ts';
import { RecordLocks } from './locks.ts';
import { Purge } from './purge.ts';
import { createRandom, randomToken, randomUuid } from './random.ts';
import type { Random } from './random.ts';
import { retype } from './retype.ts';
import { checkRequired } from './rules.ts';
import { Schema } from './schema.ts';
import { Security } from '../security/security.ts';
import { SalesforceError } from './types.ts';
import type {
  Actor,
  FieldDef,
  FieldType,
  FieldValue,
  JsonValues,
  ObjectDef,
  Org,
  RecordChange,
  RecordValues,
  SandboxClock,
  SaveCheck,
  SaveResult,
  Session,
  SharingModel,
  Transaction,
  User,
  Write,
  WriteAll,
} from './types.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { followUserRecords, writeUserRecord } from './user-records.ts';
import { writeAll } from './write-all.ts';
import { Writer } from './writer.ts';

export interface OrgOptions {
  /** 15 or 18 characters, `00D…`; by default a new one. */
  readonly id?: string | undefined;
  readonly clock?: SandboxClock | undefined;
  /** Makes ids, tokens and transaction keys repeatable. */
  readonly seed?: number | undefined;
  readonly features?: readonly Feature[] | undefined;
  /** The administrator's; by default `admin@headwater.sandbox` and a random password. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** An org with the standard objects, one administrator and no other records. */
export function createOrg(options: OrgOptions = {}): SandboxOrg {
  return new SandboxOrg(options);
}

/** What durable state keeps of an org, and puts back before anybody sees it. */
export interface OrgMemory {
  readonly schema: Schema;
  readonly users: ObservedMap<string, User>;
  readonly sessions: ObservedMap<string, { userId: string; expiresAt: number }>;
  readonly counters: ObservedMap<string, number>;
  /** `id`, the org's. */
  readonly names: ObservedMap<string, string>;
  /** How deletes are taken back. */
  readonly deletions: ObservedMap<string, Deletion>;
  readonly duplicateRules: ObservedMap<string, DuplicateRule>;
  /** Of the newest commit. */
  commitNumber(): bigint;
  /** The next commit has a higher number. */
  continueAfter(commitNumber: bigint): void;
}

export class SandboxOrg implements Org {
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly identity: Identity;
  readonly locks: RecordLocks;
  private readonly schema = new Schema(() => this.clock.now());
  private readonly writer = new Writer(this.schema);
  private readonly purge = new Purge(this.schema, this.writer.deletions);
  private readonly listeners = new Set<(transaction: Transaction) => void>();
  private readonly security: Security;
  private readonly adminId: string;
  private readonly names = new ObservedMap<string, string>();
  private readonly features: ReadonlySet<Feature>;
  private lastCommit = 0n;

  constructor(options: OrgOptions) {
    this.features = new Set(options.features);
    this.clock = options.clock ?? createClock();
    this.locks = new RecordLocks(this.clock);
    this.random = createRandom(options.seed);
    this.names.set('id', options.id === undefined ? this.newOrgId() : readOrgId(options.id));
    this.identity = new Identity(this.clock, () => this.id, this.random);
    for (const def of standardObjects(options.features ?? [])) this.schema.addObject(def);
    for (const def of DEFINITIONS) this.schema.addObject(def);
    this.adminId = makeId('005', 1);
    this.addRows([organizationRow(this.id), ...standardRows(), ...leadStatusRows()]);
    if (this.features.has('MultiCurrency')) this.addRows(CURRENCY_ROWS);
    this.security = new Security(this);
    this.onCommit((transaction) => this.security.follow(transaction));
    this.onCommit((transaction) =>
      followUserRecords(this.identity, transaction, {
        newPassword: () => randomToken(this.random, 16),
        profile: (id) => this.record('Profile', String(id)),
      }),
    );
    this.createAdmin(options);
  }

  get id(): string {
    return this.names.get('id') ?? '';
  }

  get memory(): OrgMemory {
    return {
      schema: this.schema,
      users: this.identity.byId,
      sessions: this.identity.sessions,
      counters: this.writer.counters,
      names: this.names,
      deletions: this.writer.deletions,
      duplicateRules: this.writer.duplicateRules,
      commitNumber: () => this.lastCommit,
      continueAfter: (commitNumber) => {
        if (commitNumber > this.lastCommit) this.lastCommit = commitNumber;
      },
    };
  }

  /** The user behind the default credentials. */
  get admin(): User {
    const admin = this.identity.user(this.adminId);
    if (admin === undefined) throw new TypeError('The administrator is gone.');
    return admin;
  }

  /** As after a refresh: another org id, all sessions gone, records as they were. */
  changeId(id?: string): string {
    this.names.set('id', id === undefined ? this.newOrgId() : readOrgId(id));
    this.identity.end({});
    this.followId();
    return this.id;
  }

  /** The Organization's row takes the org's id: after a refresh, or when a kept org is there again. */
  followId(): void {
    const { table } = this.schema.require('Organization');
    const [row] = table.rows.values();
    if (row?.['Id'] === this.id) return;
    if (row !== undefined) table.remove(String(row['Id']));
    if (row === undefined) this.addRows([organizationRow(this.id)]);
    else table.put(this.id, { ...row, Id: this.id });
  }

  objects(): readonly ObjectDef[] {
    return this.schema.entries().map((entry) => entry.model.def);
  }

  object(name: string): ObjectDef | undefined {
    return this.schema.find(name)?.model.def;
  }

  objectByPrefix(keyPrefix: string): ObjectDef | undefined {
    return this.schema.ofId(keyPrefix)?.model.def;
  }

  addObject(def: ObjectDef): void {
    const fields = withCurrency(def.name, def.fields, this.features);
    this.schema.addObject({ ...def, fields });
    this.security.forget();
  }

  /** By the object's name. */
  get duplicateRules(): Map<string, DuplicateRule> {
    return this.writer.duplicateRules;
  }

  /** Another definition of an object, whose fields may differ in all but how they are stored. */
  redefineObject(def: ObjectDef): void {
    this.schema.redefineObject(def);
  }

  *records(entity: string, deleted = false): Iterable<RecordValues> {
    if (deleted) this.purge.run(this.clock.now());
    if (isDefinition(entity)) yield* this.definitions(entity);
    for (const record of this.schema.require(entity).table.rows.values()) {
      if (deleted || record['IsDeleted'] !== true) yield record;
    }
  }

  record(entity: string, id: string, deleted = false): RecordValues | undefined {
    if (deleted) this.purge.run(this.clock.now());
    if (isDefinition(entity)) return this.findDefinition(entity, id);
    const table = this.schema.find(entity)?.table;
    const record = table?.get(id) ?? table?.get(normalizeId(id) ?? '');
    return record?.['IsDeleted'] === true && !deleted ? undefined : record;
  }

  findBy(entity: string, field: string, value: FieldValue): readonly RecordValues[] {
    const { model, table } = this.schema.require(entity);
    const def = model.requireField(field);
    if (isDefinition(entity)) {
      return this.definitions(entity).filter((row) => row[def.name] === value);
    }
    const found =
      def.type === 'id'
        ? [table.get(normalizeId(String(value)) ?? '')]
        : table.find(def.name, value);
    return found.filter((row) => row !== undefined).filter((row) => row['IsDeleted'] !== true);
  }

  write(actor: Actor, writes: readonly Write[], allOrNone: boolean): readonly SaveResult[] {
    return this.transaction(actor, (write) => write(writes, allOrNone));
  }

  transaction<T>(actor: Actor, work: (write: WriteAll) => T): T {
    const unit = new UnitOfWork((id) => this.locks.requireFree(id));
    const now = this.clock.now();
    this.purge.run(now);
    const { userId, allowDuplicates } = actor;
    const context = { unit, userId, time: Math.floor(now / 1000) * 1000, allowDuplicates };
    let result: T;
    try {
      result = work((writes, allOrNone) => writeAll(this.writer, context, writes, allOrNone));
    } catch (error) {
      unit.rollbackTo(0);
      throw error;
    }
    unit.erase();
    this.commit(actor, now, unit.changes());
    return result;
  }

  convert(entity: string, values: JsonValues): RecordValues {
    const { model } = this.schema.require(entity);
    const record = { ...model.blank, ...readIncoming(this.schema, model, values, 'insert') };
    checkRequired(model, record);
    return record;
  }

  onCommit(listener: (transaction: Transaction) => void): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => this.listeners.delete(listener) };
  }

  onSave(entity: string, check: SaveCheck): Disposable {
    return this.writer.onSave(entity, check);
  }

  addField(entity: string, field: FieldDef): void {
    this.schema.addField(entity, field);
  }

  dropField(entity: string, field: string): void {
    this.schema.dropField(entity, field);
  }

  retypeField(entity: string, field: string, type: FieldType, length?: number): void {
    this.schema.retypeField(entity, field, (old) => retype(old, type, length));
  }

  /** A profile with the permission set that it owns; gives the profile's id. */
  addProfile(name: string, permissions: Readonly<Record<string, FieldValue>>): string {
    const id = makeId('00e', [...this.records('Profile')].length + 1);
    this.addRows(profileRows(id, name, permissions));
    this.security.forget();
    return id;
  }

  /** Whether users see and change records of others. */
  share(entity: string, sharing: SharingModel): void {
    this.schema.redefineObject({ ...this.schema.require(entity).model.def, sharing });
  }

  onSchemaChange(listener: (entity: string) => void): Disposable {
    return this.schema.onChange(listener);
  }

  seenBy(user: User): Org {
    return this.security.view(user);
  }

  users(): readonly User[] {
    return this.identity.users();
  }

  user(idOrUsername: string): User | undefined {
    return this.identity.user(idOrUsername);
  }

  putUser(user: User): void {
    this.identity.put(user);
    writeUserRecord(this, this.schema.require('User'), this.adminId, user);
  }

  session(accessToken: string, used?: boolean): Session | undefined {
    const session = this.identity.session(accessToken, used);
    if (session === undefined) return undefined;
    return { ...session, user: this.security.effective(session.user) };
  }

  openSession(userId: string): Session {
    const user = this.identity.user(userId);
    if (user === undefined) throw new SalesforceError(404, 'NOT_FOUND', `No user ${userId}.`);
    return this.identity.open(user);
  }

  endSessions(which: { accessToken?: string; userId?: string }): number {
    return this.identity.end(which);
  }

  private commit(actor: Actor, timestamp: number, changes: readonly RecordChange[]): void {
    if (changes.length === 0) return;
    const byTime = BigInt(Math.floor(timestamp)) * 1_000_000n;
    this.lastCommit = byTime > this.lastCommit ? byTime : this.lastCommit + 1n;
    const transaction: Transaction = {
      key: randomUuid(this.random),
      commitNumber: this.lastCommit,
      timestamp,
      userId: actor.userId,
      origin: actor.origin,
      changes,
    };
    for (const listener of this.listeners) listener(transaction);
  }

  private createAdmin(options: OrgOptions): void {
    const username = options.username ?? 'admin@headwater.sandbox';
    const admin = { userId: this.adminId, origin: '' };
    const values = {
      Username: username,
      FirstName: 'Sandbox',
      LastName: 'Administrator',
      Email: username.includes('@') ? 'admin@headwater.example' : username,
      Alias: 'admin',
      IsActive: true,
      ProfileId: SYSTEM_ADMINISTRATOR,
    };
    const [result] = this.write(admin, [{ op: 'insert', entity: 'User', values }], true);
    if (result?.success !== true) throw result?.errors[0] ?? new TypeError('No administrator.');
    const user = this.admin;
    this.createStandardPricebook(admin);
    this.identity.put({
      ...user,
      password: options.password ?? user.password,
      viewAllData: true,
      modifyAllData: true,
    });
  }

  private definitions(entity: string): RecordValues[] {
    return this.objects().flatMap((object) => definitionRows(entity, object));
  }

  /** By `DurableId`, `Account` or `Account.Name`. */
  private findDefinition(entity: string, durableId: string): RecordValues | undefined {
    const object = this.object(durableId.split('.')[0] ?? '');
    if (object === undefined) return undefined;
    return definitionRows(entity, object).find((row) => row['DurableId'] === durableId);
  }

  /** Makes records that callers can't: without a commit, before anybody looks. */
  addRows(rows: readonly StandardRow[]): void {
    const time = Math.floor(this.clock.now() / 1000) * 1000;
    const context = { unit: new UnitOfWork(), userId: this.adminId, time };
    for (const { entity, values } of rows) this.writer.add(context, entity, values);
  }

  /** Instead of those there are. */
  setLeadStatuses(values: readonly LeadStatusValue[]): void {
    const { table } = this.schema.require('LeadStatus');
    table.replace(new Map());
    this.addRows(leadStatusRows(values));
  }

  /** Every org has one; nobody can create it. */
  private createStandardPricebook(actor: Actor): void {
    const values = { Name: 'Standard Price Book', IsActive: true };
    const [result] = this.write(actor, [{ op: 'insert', entity: 'Pricebook2', values }], true);
    const { table } = this.schema.require('Pricebook2');
    const record = table.get(result?.id ?? '');
    if (record !== undefined) table.put(String(record['Id']), { ...record, IsStandard: true });
  }

  private newOrgId(): string {
    return makeId('00D', 1 + this.random(2 ** 31));
  }
}

function readOrgId(id: string): string {
  const normal = normalizeId(id);
  if (normal?.startsWith('00D') === true) return normal;
  throw new AppError(
    'config',
    'sandbox.org-id.invalid',
    `An org id has 15 or 18 characters and starts with 00D; "${id}" does not.`,
    {
      path: 'orgId',
    },
  );
}
