import { losesValues } from '../org/retype.ts';
import type { FieldType, ObjectDef } from '../org/types.ts';

/**
 * What Salesforce tells of a custom field's new type: of one that loses values an update of any record (`001*`)
 * without a body; of one that Salesforce converts in its database a gap event of the records; of others nothing.
 */
export type ConversionNews = 'none' | 'wildcard' | 'gap';

const PICKLIST_TO_GAP: readonly FieldType[] = ['boolean', 'multipicklist'];

/** Of an object's fields as they were and are. */
export function conversionNews(before: ObjectDef, after: ObjectDef): ConversionNews {
  const former = new Map(before.fields.map((field) => [field.name, field.type]));
  const news = after.fields.map(({ name, type }) => newsOf(former.get(name) ?? type, type));
  return news.find((each) => each !== 'none') ?? 'none';
}

function newsOf(from: FieldType, to: FieldType): ConversionNews {
  if (from === to) return 'none';
  if (from === 'picklist' && PICKLIST_TO_GAP.includes(to)) return 'gap';
  return losesValues(from, to) ? 'wildcard' : 'none';
}
