import { get, post } from '../parts/api.js';
import { fill, h, newId } from '../parts/dom.js';
import { inputFor } from '../parts/fields.js';
import { tell } from '../parts/notices.js';

export const title = 'New record';

/** A form of all fields that can be set; what is refused is told at the fields it names. */
export async function show({ path: [, name] }) {
  const object = await get(`/objects/${name}`);
  const publish = object.kind === 'platformevent';
  const rows = orderOf(object).map((field) => makeField(field));
  const alert = h('p', { class: 'alert', role: 'alert', hidden: true });
  const submit = async (event) => {
    event.preventDefault();
    for (const row of rows) row.complain('');
    alert.hidden = true;
    try {
      const made = await post(`/objects/${object.name}/records`, valuesOf(rows));
      tell(publish ? 'The event is published.' : `${object.label} ${made.id} is made.`);
      location.hash = publish ? '#/events' : `#/records/${made.id}`;
    } catch (refused) {
      explain(refused, rows, alert);
    }
  };
  return [
    h('p', { class: 'muted' }, h('a', { href: `#/objects/${object.name}` }, object.labelPlural)),
    h('h1', {}, publish ? `Publish ${object.label}` : `New ${object.label}`),
    h(
      'form',
      { novalidate: true, on: { submit } },
      h(
        'div',
        { class: 'form' },
        rows.map(({ element }) => element),
      ),
      alert,
      h(
        'div',
        { class: 'tools' },
        h('button', { class: 'primary' }, publish ? 'Publish' : 'Create'),
        h('a', { class: 'button', href: `#/objects/${object.name}` }, 'Cancel'),
      ),
    ),
  ];
}

/** Those that are needed first. */
function orderOf({ fields }) {
  const settable = fields.filter(({ createable }) => createable);
  return [...settable.filter(isNeeded), ...settable.filter((field) => !isNeeded(field))];
}

/** Who makes a record owns it, unless told otherwise. */
const isNeeded = ({ name, nillable, defaultedOnCreate }) =>
  !nillable && !defaultedOnCreate && name !== 'OwnerId';

function makeField(field) {
  const error = h('p', { class: 'error', id: newId('error') });
  const attributes = {
    id: newId('input'),
    'aria-describedby': error.id,
    'aria-required': isNeeded(field) ? 'true' : undefined,
  };
  const input = inputFor(field, field.defaultValue, attributes);
  const label = h('label', { for: attributes.id }, field.label, isNeeded(field) && ' (needed)');
  const wide = input.element.tagName === 'TEXTAREA';
  const element = h('div', { class: wide ? 'field wide' : 'field' }, label, input.element, error);
  const initial = JSON.stringify(input.read());
  return {
    field,
    element,
    focus: () => document.getElementById(attributes.id)?.focus(),
    /** What the form began with is left to the org's defaults. */
    changed: () => JSON.stringify(input.read()) !== initial,
    read: input.read,
    complain: (text) => {
      fill(error, text);
      const box = document.getElementById(attributes.id);
      if (text === '') box?.removeAttribute('aria-invalid');
      else box?.setAttribute('aria-invalid', 'true');
    },
  };
}

function valuesOf(rows) {
  return Object.fromEntries(
    rows.filter((row) => row.changed()).map((row) => [row.field.name, row.read()]),
  );
}

function explain(refused, rows, alert) {
  const named = rows.filter(({ field }) => refused.fields.includes(field.name));
  for (const row of named) row.complain(refused.message);
  if (named.length === 0) {
    fill(alert, refused.message);
    alert.hidden = false;
  }
  named[0]?.focus();
}
