/** `output.format=change`: events decoded and brought onto one schema per topic. */
import type { SourceRecord } from '../../../src/sdk/index.ts';
import type { Rest } from '../api/rest.ts';
import { HEADER_FIELD, type ChangeEventHeader, type EventSchema } from '../pubsub/decode.ts';
import type { WireEvent } from '../pubsub/messages.ts';
import type { SchemaCache } from '../pubsub/schema-cache.ts';
import { entityOf } from './channels.ts';
import { read, type Converted, type Format, type Origin } from './format.ts';
import { changeRecords, changesOf, eventRecord, publishedAt, type ChangeEvent } from './records.ts';
import { needsRepair, repair } from './repair.ts';
import type { Destination, EntityKind, Topics } from './topics.ts';

export interface ChangeFormatDeps {
  readonly schemas: Pick<SchemaCache, 'get'>;
  readonly topics: Topics;
  readonly rest: Pick<Rest, 'fieldTypes' | 'ids' | 'read'>;
  readonly eventKeyField: string | undefined;
}

export class ChangeFormat implements Format {
  readonly #deps: ChangeFormatDeps;

  constructor(deps: ChangeFormatDeps) {
    this.#deps = deps;
  }

  convert(wire: WireEvent, origin: Origin): Converted | undefined {
    const { schemas, topics, eventKeyField } = this.#deps;
    const schema = schemas.get(wire.schemaId);
    const destination = topics.known(wire.schemaId);
    if (schema === undefined || destination === undefined) return undefined;
    const { partition } = origin;
    const decoded = read(schema.decode, wire, origin);
    if (origin.kind === 'event') {
      if (!origin.isWanted(publishedAt(decoded))) return [];
      return [eventRecord({ wire, decoded, partition }, destination, eventKeyField)];
    }
    const header = decoded[HEADER_FIELD] as ChangeEventHeader;
    if (!origin.isWanted(Number(header.commitTimestamp))) return [];
    const event = { wire, schema, header, decoded, partition };
    if (needsRepair(event)) return this.#repair(event, destination);
    return changeRecords(event, destination, changesOf(event, destination));
  }

  async learn(schema: EventSchema, kind: EntityKind): Promise<void> {
    if (this.#deps.topics.known(schema.id) !== undefined) return;
    await this.#deps.topics.resolve(schema, entityOf(schema.name) ?? schema.name, kind);
  }

  async #repair(event: ChangeEvent, to: Destination): Promise<readonly SourceRecord[]> {
    const entity = entityOf(event.schema.name) ?? event.header.entityName;
    return changeRecords(event, to, await repair(event, to, entity, this.#deps.rest));
  }
}
