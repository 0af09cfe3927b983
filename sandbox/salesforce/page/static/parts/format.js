/** Values as people read them. */

const counts = new Intl.NumberFormat('en');

export const count = (number) => counts.format(number);

/** `2026-11-24 09:00:00`, UTC as everything in Salesforce. */
export function instant(value) {
  const time = new Date(typeof value === 'string' ? value.replace(/\+0000$/, 'Z') : value);
  if (Number.isNaN(time.getTime())) return String(value);
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/** `09:00:00.123`, of today's events. */
export const timeOfDay = (ms) => new Date(ms).toISOString().slice(11, 23);

/** A field's value as text; empty where there is none. */
export function valueText(field, value) {
  if (value === null || value === undefined) return '';
  if (field.type === 'datetime') return `${instant(value)} UTC`;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (field.type === 'multipicklist') return String(value).replaceAll(';', '; ');
  if (typeof value === 'object') {
    return partsOf(value)
      .filter((part) => part !== null && part !== undefined)
      .join(', ');
  }
  return String(value);
}

/** Of an address in the order that it is written in; of a location as it comes. */
function partsOf(value) {
  if (!('street' in value)) return Object.values(value);
  const { street, postalCode, city, state, country } = value;
  return [street, postalCode, city, state, country];
}

/** `3 minutes`, `2 hours`. */
export function duration(ms) {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
