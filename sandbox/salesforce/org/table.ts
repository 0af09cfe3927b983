import type { FieldValue, RecordValues } from './types.ts';

type Index = Map<FieldValue, Set<string>>;

/**
 * The records of one object, deleted ones included, in order of creation. Records are never changed in
 * place: `put` replaces them. Indexes come into being with the first lookup and are kept from then on.
 */
export class Table {
  readonly rows = new Map<string, RecordValues>();
  /** What records inherit: the object's formula fields. */
  inherited: object | null = null;
  private readonly indexes = new Map<string, Index>();

  get(id: string): RecordValues | undefined {
    return this.rows.get(id);
  }

  put(id: string, record: RecordValues): void {
    const before = this.rows.get(id);
    this.rows.set(id, this.dress(record));
    for (const [field, index] of this.indexes) {
      const after = record[field] ?? null;
      const old = before?.[field] ?? null;
      if (before !== undefined && old === after) continue;
      if (before !== undefined) index.get(indexKey(old))?.delete(id);
      addTo(index, after, id);
    }
  }

  remove(id: string): void {
    const before = this.rows.get(id);
    if (before === undefined) return;
    this.rows.delete(id);
    for (const [field, index] of this.indexes) {
      index.get(indexKey(before[field] ?? null))?.delete(id);
    }
  }

  /** Records whose `field` equals `value`, texts without case, deleted ones included. */
  find(field: string, value: FieldValue): RecordValues[] {
    const ids = this.index(field).get(indexKey(value));
    if (ids === undefined) return [];
    return [...ids].map((id) => this.rows.get(id)).filter((row) => row !== undefined);
  }

  /** These instead of all there are. */
  replace(rows: ReadonlyMap<string, RecordValues>): void {
    this.indexes.clear();
    this.rows.clear();
    for (const [id, record] of rows) this.rows.set(id, record);
  }

  /** All records take a new form, because the object's fields changed. */
  rewrite(change: (record: RecordValues) => RecordValues): void {
    this.indexes.clear();
    for (const [id, record] of this.rows) this.rows.set(id, this.dress(change(record)));
  }

  /** The same record with its formula fields. */
  dress(record: RecordValues): RecordValues {
    if (this.inherited !== null) Object.setPrototypeOf(record, this.inherited);
    return record;
  }

  private index(field: string): Index {
    let index = this.indexes.get(field);
    if (index === undefined) {
      index = new Map();
      for (const [id, record] of this.rows) addTo(index, record[field] ?? null, id);
      this.indexes.set(field, index);
    }
    return index;
  }
}

function addTo(index: Index, value: FieldValue, id: string): void {
  if (value === null) return;
  const key = indexKey(value);
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

/** Ids differ by case; their letters are folded with the rest, and the 18th characters keep them apart. */
function indexKey(value: FieldValue): FieldValue {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
