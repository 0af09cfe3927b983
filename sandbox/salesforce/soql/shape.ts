import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import { readName } from './name-object.ts';
import { attributesOf, fieldReader } from './record-json.ts';
import type { Attributes, ReadField } from './record-json.ts';
import type { ParentStep, Scope } from './scope.ts';

interface Kind {
  readonly attributes: (record: RecordValues) => Attributes;
  readonly reader: (field: FieldDef) => ReadField;
}

/** The keys of a record in the answer, with the shapes of its parents. */
export class Shape {
  readonly #scope: Scope;
  readonly #kind: Kind;
  readonly #keys = new Map<string, ReadField>();
  readonly #parents = new Map<string, Shape>();

  private constructor(scope: Scope, kind: Kind) {
    this.#scope = scope;
    this.#kind = kind;
  }

  static ofObject(scope: Scope, object: ObjectDef): Shape {
    const { version } = scope.context.reader;
    return new Shape(scope, {
      attributes: ({ Id = null }) => attributesOf(object.name, Id, version),
      reader: (field) => fieldReader(object, field, version),
    });
  }

  /** Of a polymorphic parent: called a Name, at the address that it really has. */
  static ofName(scope: Scope): Shape {
    const { org, version } = scope.context.reader;
    return new Shape(scope, {
      attributes: ({ Id = null }) => {
        const type = org.objectByPrefix(String(Id).slice(0, 3))?.name ?? 'Name';
        return { ...attributesOf(type, Id, version), type: 'Name' };
      },
      reader: (field) => (record) => readName(org, record, field),
    });
  }

  add(key: string, read: ReadField): void {
    this.#keys.set(key, read);
  }

  addField(field: FieldDef): void {
    this.add(field.name, this.#kind.reader(field));
  }

  /** The shape of the parent at the end of the steps. */
  at(steps: readonly ParentStep[]): Shape {
    const [step, ...rest] = steps;
    return step === undefined ? this : this.parent(step).at(rest);
  }

  read(record: RecordValues): Record<string, unknown> {
    const shown: Record<string, unknown> = { attributes: this.#kind.attributes(record) };
    for (const [key, read] of this.#keys) shown[key] = read(record);
    return shown;
  }

  private parent(step: ParentStep): Shape {
    const name = step.field.relationshipName ?? '';
    const known = this.#parents.get(name);
    if (known !== undefined) return known;
    const scope = this.#scope;
    const [target = scope.object] = step.targets;
    const shape = step.polymorphic ? Shape.ofName(scope) : Shape.ofObject(scope, target);
    this.#parents.set(name, shape);
    this.add(name, (record) => {
      const parent = scope.parent(record, step);
      return parent === undefined ? null : shape.read(parent);
    });
    return shape;
  }
}
