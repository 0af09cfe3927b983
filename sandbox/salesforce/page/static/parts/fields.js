import { h } from './dom.js';
import { get } from './api.js';

/** What a field is written with: `{ element, read() }`; `read` gives the JSON value, null where it is empty. */
export function inputFor(field, value, attributes = {}) {
  const { type } = field;
  if (type === 'boolean') return checkbox(value, attributes);
  if (type === 'picklist') return choice(field, value, attributes);
  if (type === 'multipicklist') return choices(field, value, attributes);
  if (type === 'textarea' || field.length > 255) return area(value, attributes);
  if (type === 'datetime') return instantInput(value, attributes);
  if (type === 'reference') return reference(field, value, attributes);
  return line(value, { type: KINDS[type] ?? 'text', inputmode: MODES[type], ...attributes });
}

const KINDS = { date: 'date', email: 'text', phone: 'tel', url: 'text' };
const MODES = {
  int: 'numeric',
  double: 'decimal',
  currency: 'decimal',
  percent: 'decimal',
  email: 'email',
  url: 'url',
};

function line(value, attributes) {
  const element = h('input', { autocomplete: 'off', ...attributes, value: value ?? '' });
  return { element, read: () => emptyAsNull(element.value) };
}

function area(value, attributes) {
  const element = h('textarea', { rows: 4, ...attributes });
  element.value = value ?? '';
  return { element, read: () => emptyAsNull(element.value) };
}

function checkbox(value, attributes) {
  const element = h('input', { type: 'checkbox', ...attributes, checked: value === true });
  return { element, read: () => element.checked };
}

/** A value that the list hasn't stays to be chosen; lists that aren't restricted take any. */
function choice(field, value, attributes) {
  const values = field.picklistValues.map((entry) => entry.value);
  if (!field.restrictedPicklist) return suggesting(values, value, attributes);
  const all =
    value === null || value === undefined || values.includes(value) ? values : [value, ...values];
  const element = h(
    'select',
    attributes,
    h('option', { value: '' }, '–'),
    all.map((each) => h('option', { value: each, selected: each === value }, each)),
  );
  return { element, read: () => emptyAsNull(element.value) };
}

function suggesting(values, value, attributes) {
  const list = `${attributes.id}-list`;
  const input = h('input', { autocomplete: 'off', ...attributes, list, value: value ?? '' });
  const options = h(
    'datalist',
    { id: list },
    values.map((each) => h('option', { value: each })),
  );
  return { element: h('div', {}, input, options), read: () => emptyAsNull(input.value) };
}

function choices(field, value, attributes) {
  const chosen = new Set(value?.split(';') ?? []);
  const boxes = field.picklistValues.map((entry) => ({
    value: entry.value,
    box: h('input', { type: 'checkbox', checked: chosen.has(entry.value) }),
  }));
  const element = h(
    'div',
    { role: 'group', ...attributes },
    boxes.map((each) => h('div', {}, h('label', { class: 'check' }, each.box, each.value))),
  );
  const read = () =>
    emptyAsNull(
      boxes
        .filter(({ box }) => box.checked)
        .map((each) => each.value)
        .join(';'),
    );
  return { element, read };
}

/** In UTC, as it is shown. */
function instantInput(value, attributes) {
  const local = value === null || value === undefined ? '' : value.slice(0, 19);
  const element = h('input', { type: 'datetime-local', step: 1, ...attributes, value: local });
  return { element, read: () => (element.value === '' ? null : `${element.value}Z`) };
}

const SUGGESTED = 8;
const TYPING_MS = 200;

/** An id; records are offered by name while one types. */
function reference(field, value, attributes) {
  const input = suggesting([], value, {
    placeholder: 'Id, or type a name to find it',
    ...attributes,
  });
  const box = input.element.firstElementChild;
  let timer;
  box.addEventListener('input', () => {
    clearTimeout(timer);
    const list = input.element.lastElementChild;
    timer = setTimeout(() => void suggest(field, box.value, list), TYPING_MS);
  });
  return input;
}

async function suggest(field, typed, list) {
  if (typed.length < 2 || /^\w{15}(\w{3})?$/.test(typed)) return;
  const escaped = typed.replaceAll(/[\\'%_]/g, (character) => `\\${character}`);
  const found = await Promise.all(
    field.referenceTo.slice(0, 3).map(async (entity) => {
      const where = `Name LIKE '%${escaped}%'`;
      const query = { fields: 'Id,Name', where, limit: SUGGESTED };
      return get(`/objects/${entity}/records`, query).catch(() => ({ records: [] }));
    }),
  );
  list.replaceChildren(
    ...found
      .flatMap(({ records }) => records)
      .map((record) => h('option', { value: record.Id, label: record.Name })),
  );
}

function emptyAsNull(text) {
  return text === '' ? null : text;
}
