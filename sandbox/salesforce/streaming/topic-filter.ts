import type { FieldDef, FieldValue } from '../org/types.ts';
import { missingQueryFields, Refusal } from './errors.ts';

/** What a notification of a PushTopic says of its record. */
type Content = Readonly<Record<string, unknown>>;

/**
 * A filtered subscription: `Industry='Energy'&ShippingCity='San Francisco'`. A record passes that has any one of the
 * values, for `&` means or. Throws Refusal where a field isn't among the query's.
 */
export function readTopicFilter(
  filter: string | undefined,
  selected: readonly FieldDef[],
): (content: Content) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const conditions = filter.split('&').map((condition) => {
    const [name = '', value = ''] = condition.split(/=(.*)/s);
    const field = selected.find((each) => each.name.toLowerCase() === name.trim().toLowerCase());
    if (field === undefined) throw new Refusal(missingQueryFields([name.trim()]));
    return { name: field.name, value: value.trim().replace(/^'(.*)'$/s, '$1') };
  });
  return ({ sobject }) => {
    const record = sobject as Readonly<Record<string, FieldValue>>;
    return conditions.some(({ name, value }) => String(record[name] ?? '') === value);
  };
}
