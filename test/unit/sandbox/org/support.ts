/** An org and the shortest way to write into it. */
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type {
  JsonValues,
  RecordChange,
  RecordValues,
  SalesforceError,
  SaveResult,
  Write,
} from '../../../../sandbox/salesforce/org/types.ts';

export class WrittenOrg {
  readonly org: SandboxOrg;
  /** Of the newest commit. */
  changes: readonly RecordChange[] = [];

  constructor(org: SandboxOrg = createOrg({ seed: 1 })) {
    this.org = org;
    org.onCommit((transaction) => (this.changes = transaction.changes));
  }

  /** The result, a success. */
  write(write: Write, allowDuplicates = false): SaveResult & { readonly id: string } {
    const result = this.try(write, allowDuplicates);
    if (result.id === null) throw result.errors[0] ?? new Error('no id');
    return { ...result, id: result.id };
  }

  /** The error's code. */
  refused(write: Write, allowDuplicates = false): SalesforceError {
    const [error] = this.try(write, allowDuplicates).errors;
    if (error === undefined) throw new Error('it was not refused');
    return error;
  }

  insert(entity: string, values: JsonValues): string {
    return this.write({ op: 'insert', entity, values }).id;
  }

  /** `CREATE Account Name`, in order: what the newest commit did, without what follows by itself. */
  told(): string[] {
    const changes = this.changes.filter(({ followsUp }) => followsUp !== true);
    return changes.map(({ type, entity, before, after }) => {
      const name = nameOf(after ?? before);
      return `${type} ${entity} ${name}`;
    });
  }

  private try(write: Write, allowDuplicates: boolean): SaveResult {
    const actor = { userId: this.org.admin.id, origin: '', allowDuplicates };
    const [result] = this.org.write(actor, [write], true);
    if (result === undefined) throw new Error('no result');
    return result;
  }
}

function nameOf(record: RecordValues | null): string {
  const { Name, Subject, Id } = { Name: null, Subject: null, Id: null, ...record };
  return String(Name ?? Subject ?? Id);
}
