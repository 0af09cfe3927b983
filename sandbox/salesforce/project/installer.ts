/** Puts what a project says of objects into the org. */
import { base62, makeId } from '../org/ids.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { FieldDef, ObjectDef } from '../org/types.ts';
import { summaryProblem } from './checks.ts';
import { customField } from './custom-field.ts';
import type { CustomFieldMetadata } from './custom-field.ts';
import { customObject, kindOf } from './custom-object.ts';
import type { ObjectMetadata, Report } from './object-metadata.ts';
import type { XmlElement } from './xml.ts';

/** Metadata of activities is about both. */
const ACTIVITIES = ['Task', 'Event'];
/** What the first character of ids says. */
const LETTERS = {
  custom: 'a',
  customsetting: 'a',
  custommetadata: 'm',
  platformevent: 'e',
} as const;

const KINDS_NOT_HAD: Readonly<Record<string, string>> = {
  __b: 'a big object, which the sandbox does not support',
  __x: 'an external object, which the sandbox does not support',
};

interface RollUp {
  readonly entity: string;
  readonly metadata: CustomFieldMetadata;
  readonly element: XmlElement;
}

export class ProjectInstaller {
  private readonly org: SandboxOrg;
  private readonly report: Report;
  private fieldIds = 0;
  private readonly prefixes = { a: 0, m: 0, e: 0 };

  constructor(org: SandboxOrg, report: Report) {
    this.org = org;
    this.report = report;
  }

  /** Objects first, then the roll-ups, whose types are those of what they sum up. */
  install(objects: readonly ObjectMetadata[]): void {
    for (const object of objects) {
      const { name, definition } = object;
      if (name === 'Activity') this.extendActivities(object);
      else if (this.org.object(name) !== undefined) this.extend(object);
      else if (definition === undefined) this.leaveOut(object);
      else this.create(object, definition);
    }
    this.summarizeAll(objects);
  }

  private leaveOut({ name, fields }: ObjectMetadata): void {
    if (KINDS_NOT_HAD[suffixOf(name)] !== undefined) {
      this.report(`${name} is ${kindNotHad(name)}, so it is left out.`);
      return;
    }
    const standard = suffixOf(name) === '';
    const what = standard ? kindNotHad(name) : 'not defined in the project';
    const plural = fields.length === 1 ? 'field' : 'fields';
    const count = fields.length === 0 ? '' : `, with ${fields.length} ${plural}`;
    this.report(`${name} is ${what}, so it is left out${count}.`);
  }

  private extendActivities(object: ObjectMetadata): void {
    for (const name of ACTIVITIES) this.extend({ ...object, name });
  }

  private extend(object: ObjectMetadata): void {
    for (const field of this.fields(object)) this.org.addField(object.name, field);
  }

  private create(object: ObjectMetadata, definition: XmlElement): void {
    const kind = kindOf(object.name, definition);
    if (kind === undefined || kind === 'standard') {
      this.report(
        `${definition.place()}: ${object.name} is ${kindNotHad(object.name)}, so it is left out.`,
      );
      return;
    }
    const letter = LETTERS[kind];
    const prefix = letter + base62(this.prefixes[letter]++, 2);
    const fields = this.fields(object);
    this.org.addObject(customObject(object.name, kind, prefix, definition, fields, this.org.id));
  }

  private fields(object: ObjectMetadata): FieldDef[] {
    const taken = new Set(this.org.object(object.name)?.fields.map((field) => field.name));
    return object.fields.flatMap(({ metadata, element }) => {
      if (taken.has(metadata.name)) {
        this.report(
          `${element.place('fullName')}: ${object.name} already has a field ${metadata.name}, so this one is left out.`,
        );
        return [];
      }
      taken.add(metadata.name);
      if (metadata.type === 'Summary') return [];
      this.fieldIds++;
      return customField(metadata, this.lastFieldId());
    });
  }

  /** A roll-up may sum up another one, which then is the first to be added. */
  private summarizeAll(objects: readonly ObjectMetadata[]): void {
    let waiting = objects.flatMap((object) =>
      object.fields
        .filter(({ metadata }) => metadata.type === 'Summary')
        .map((field) => ({ entity: object.name, ...field })),
    );
    for (let before = -1; waiting.length !== before;) {
      before = waiting.length;
      waiting = waiting.filter((each) => !this.summarize(each, false));
    }
    for (const each of waiting) this.summarize(each, true);
  }

  /** Whether the field could be added; at `last` it is, though its values stay empty. */
  private summarize({ entity, metadata, element }: RollUp, last: boolean): boolean {
    const object = this.org.object(entity);
    if (object === undefined) return true;
    const { name, summary } = metadata;
    const problem =
      summary === undefined
        ? 'it does not say what it sums up'
        : summaryProblem(this.org, object, summary);
    if (problem !== undefined && !last) return false;
    if (problem !== undefined) {
      this.report(
        `${element.place('summaryOperation')}: The roll-up ${entity}.${name} can't be summed up, so its values stay empty: ${problem}.`,
      );
    }
    this.fieldIds++;
    const known = problem === undefined ? metadata : { ...metadata, summary: undefined };
    const [def] = customField(known, this.lastFieldId());
    if (def !== undefined) this.org.addField(entity, { ...def, ...this.summedUp(def) });
    return true;
  }

  /** Counts have no decimals; all else is like the field that is summed up. */
  private summedUp({ summary }: FieldDef): Partial<FieldDef> {
    if (summary === undefined || summary.operation === 'count') return { precision: 18, scale: 0 };
    const child: ObjectDef | undefined = this.org.object(summary.child);
    const field = child?.fields.find((each) => each.name === summary.field);
    if (field === undefined) return {};
    return {
      type: field.type === 'int' ? 'double' : field.type,
      precision: 18,
      scale: field.scale,
    };
  }

  private lastFieldId(): string {
    return makeId('00N', this.fieldIds).slice(0, 15);
  }
}

function suffixOf(name: string): string {
  return /__[a-z]+$/.exec(name)?.[0] ?? '';
}

function kindNotHad(name: string): string {
  const known = KINDS_NOT_HAD[suffixOf(name)];
  if (known !== undefined) return known;
  const kind = suffixOf(name) === '' ? 'a standard object' : 'of a kind';
  return `${kind} that the sandbox doesn't have`;
}
