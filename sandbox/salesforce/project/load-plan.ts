import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '../../../src/foundation/errors.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { JsonValues } from '../org/types.ts';
import { lineOfJsonError } from './project-files.ts';

/** Who imports, as change events show it. */
const ORIGIN = 'com/salesforce/api/rest/66.0;client=sf-data-import';

interface PlanStep {
  readonly sobject: string;
  readonly files: readonly string[];
}

interface TreeRecord {
  readonly values: JsonValues;
  readonly entity: string;
  readonly referenceId: string | undefined;
  readonly children: readonly { readonly records: readonly unknown[] }[];
  /** For messages. */
  readonly place: string;
}

/**
 * Inserts the records of a plan of `sf data import tree`, as its administrator would: one transaction each, in
 * order, `@Ref` replaced by the id of the record with that reference id. Gives how many there were.
 */
export async function loadPlan(org: SandboxOrg, planFile: string): Promise<number> {
  const importer = new PlanImporter(org);
  for (const step of readSteps(planFile, await readJson(planFile))) {
    for (const name of step.files) {
      const file = join(dirname(planFile), name);
      importer.importFile(file, step.sobject, await readJson(file));
    }
  }
  return importer.count;
}

function readSteps(file: string, json: unknown): PlanStep[] {
  const steps: unknown[] = Array.isArray(json) ? json : [];
  const parsed = steps.map((step) => {
    const { sobject, files } = (step ?? {}) as { sobject?: unknown; files?: unknown };
    const named: unknown[] = Array.isArray(files) ? files : [];
    const texts = named.filter((each) => typeof each === 'string');
    const right = typeof sobject === 'string' && texts.length > 0 && texts.length === named.length;
    return right ? { sobject, files: texts } : undefined;
  });
  const good = parsed.filter((step) => step !== undefined);
  if (good.length > 0 && good.length === parsed.length) return good;
  throw invalid(file, `${file} must be a list of {"sobject": "…", "files": ["…"]}.`);
}

class PlanImporter {
  count = 0;
  private readonly org: SandboxOrg;
  private readonly ids = new Map<string, string>();

  constructor(org: SandboxOrg) {
    this.org = org;
  }

  importFile(file: string, sobject: string, json: unknown): void {
    const { records } = (json ?? {}) as { records?: unknown };
    if (!Array.isArray(records)) throw invalid(file, `${file} must be {"records": […]}.`);
    this.importRecords(records, sobject, file, undefined);
  }

  private importRecords(
    records: readonly unknown[],
    sobject: string,
    place: string,
    parent: { entity: string; id: string } | undefined,
  ): void {
    for (const [index, json] of records.entries()) {
      const record = readRecord(json, sobject, `${place}: record ${index + 1}`);
      const link = parent === undefined ? {} : this.link(record, parent);
      const id = this.insert(record, { ...this.resolve(record), ...link });
      if (record.referenceId !== undefined) this.ids.set(record.referenceId, id);
      for (const { records: children } of record.children) {
        this.importRecords(children, '', record.place, { entity: record.entity, id });
      }
    }
  }

  private insert(record: TreeRecord, values: JsonValues): string {
    if (this.org.object(record.entity) === undefined) {
      throw invalid(record.place, `${record.place}: the org has no object "${record.entity}".`);
    }
    const actor = { userId: this.org.admin.id, origin: ORIGIN };
    const write = { op: 'insert', entity: record.entity, values } as const;
    const [result] = this.org.write(actor, [write], true);
    const error = result?.errors[0];
    if (result?.success !== true || result.id === null) {
      const cause = error === undefined ? 'was refused' : `${error.errorCode}: ${error.message}`;
      throw invalid(record.place, `${record.place}: ${cause}`);
    }
    this.count++;
    return result.id;
  }

  /** `@Ref` stands for an id in reference fields, and is a text elsewhere. */
  private resolve(record: TreeRecord): JsonValues {
    const fields = this.org.object(record.entity)?.fields ?? [];
    const entries = Object.entries(record.values).map(([name, value]) => {
      if (typeof value !== 'string' || !value.startsWith('@')) return [name, value];
      const id = this.ids.get(value.slice(1));
      const field = fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (id === undefined && field?.type === 'reference') {
        throw invalid(
          record.place,
          `${record.place}: ${name} refers to ${value}, which no earlier record is named.`,
        );
      }
      return [name, id ?? value];
    });
    return Object.fromEntries(entries) as JsonValues;
  }

  /** The field by which a nested record hangs on its parent. */
  private link(record: TreeRecord, parent: { entity: string; id: string }): JsonValues {
    const field = this.org
      .object(record.entity)
      ?.fields.find((each) => each.createable && each.referenceTo.includes(parent.entity));
    if (field !== undefined) return { [field.name]: parent.id };
    throw invalid(
      record.place,
      `${record.place}: ${record.entity} has no field that refers to ${parent.entity}.`,
    );
  }
}

function readRecord(json: unknown, sobject: string, place: string): TreeRecord {
  if (typeof json !== 'object' || json === null) throw invalid(place, `${place} is no object.`);
  const { attributes, ...rest } = json as { attributes?: { type?: string; referenceId?: string } };
  const children: { records: readonly unknown[] }[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest as JsonValues)) {
    const nested = (value as { records?: unknown } | null)?.records;
    if (Array.isArray(nested)) children.push({ records: nested });
    else values[name] = value;
  }
  const entity = attributes?.type ?? sobject;
  const { referenceId } = attributes ?? {};
  const named = referenceId === undefined ? place : `${place} (${referenceId})`;
  return { values, entity, referenceId, children, place: named };
}

async function readJson(file: string): Promise<unknown> {
  if (!existsSync(file)) throw invalid(file, `There is no file ${file}.`);
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(file, `${file}:${lineOfJsonError(text, error)}: ${messageOf(error)}.`);
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('config', 'sandbox.data.invalid', message, { path });
}
