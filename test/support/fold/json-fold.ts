/** Records as a reader of the Streaming API's change events has them. */
import type { Message } from '../streaming.ts';
import { patched } from '../unified-diff.ts';
import type { FoldedState } from './avro-fold.ts';

interface Header {
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changedFields: readonly string[];
}

export class JsonFold {
  readonly state: FoldedState = new Map();
  /** How many events of each change type were taken. */
  readonly types = new Map<string, number>();
  diffs = 0;
  #last = 0;

  /** Throws where the event doesn't fit what came before, or itself. */
  take({ data }: Message): void {
    const { ChangeEventHeader, ...body } = data?.payload ?? {};
    const { changeType, recordIds, changedFields } = ChangeEventHeader as Header;
    this.types.set(changeType, (this.types.get(changeType) ?? 0) + 1);
    this.#follow(data?.event?.replayId ?? 0);
    const fields = flat(body);
    for (const id of recordIds) {
      const old = changeType === 'UPDATE' ? this.state.get(id) : {};
      if (old === undefined) throw new Error(`an update of ${id}, which isn't there`);
      if (changeType === 'DELETE') this.state.delete(id);
      else this.state.set(id, this.#applied(old, fields));
    }
    const named = changeType === 'UPDATE' ? [...fields.keys()] : [];
    if (named.toSorted().join() !== changedFields.toSorted().join()) {
      throw new Error(`changedFields ${changedFields.join()}, but the body has ${named.join()}`);
    }
  }

  #follow(replayId: number): void {
    if (replayId <= this.#last) throw new Error(`${replayId} after ${this.#last}`);
    this.#last = replayId;
  }

  #applied(
    old: Readonly<Record<string, unknown>>,
    fields: ReadonlyMap<string, unknown>,
  ): Record<string, unknown> {
    const next = { ...old };
    for (const [name, value] of fields) {
      if (value === null) delete next[name];
      else next[name] = isDiff(value) ? this.#patched(String(old[name]), value.diff) : value;
    }
    return next;
  }

  #patched(before: string, diff: string): string {
    this.diffs++;
    return patched(before, diff);
  }
}

const isDiff = (value: unknown): value is { readonly diff: string } =>
  typeof value === 'object' && value !== null && 'diff' in value;

/** `BillingAddress: {City}` → `BillingAddress.City`. */
function flat(body: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'object' || value === null || isDiff(value)) fields.set(name, value);
    else for (const [part, inner] of Object.entries(value)) fields.set(`${name}.${part}`, inner);
  }
  return fields;
}
