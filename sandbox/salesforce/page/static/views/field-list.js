import { patch } from '../parts/api.js';
import { fill, h, newId } from '../parts/dom.js';
import { inputFor } from '../parts/fields.js';
import { valueText } from '../parts/format.js';

/** A record's fields: `{ element, show(record), isEditing() }`; one is edited at a time, in its own row. */
export function fieldList({ object, shown, onSaved, onLeft }) {
  let current = shown;
  let editing;
  const rows = object.fields.map((field) => makeRow(field));
  const search = h('input', { type: 'search', id: 'field-search', autocomplete: 'off' });
  const filled = h('input', { type: 'checkbox' });
  const choose = () => {
    const words = search.value.trim().toLowerCase();
    for (const { field, element } of rows) {
      const named = `${field.name} ${field.label}`.toLowerCase().includes(words);
      element.hidden = !named || (filled.checked && isEmpty(current.record[field.name]));
    }
  };
  search.addEventListener('input', choose);
  filled.addEventListener('change', choose);

  function makeRow(field) {
    const label = newId('field');
    const value = h('dd', { class: 'value' });
    const edit = h('dd', { class: 'edit-button' });
    const element = h(
      'div',
      { 'data-field': field.name },
      h('dt', { id: label }, field.label, h('span', { class: 'sub' }, field.name)),
      value,
      edit,
    );
    return { field, label, element, value, edit };
  }

  function showRow(row, changed) {
    const { field, value, edit } = row;
    fill(value, valueOf(field, current));
    value.className = changed ? 'value fresh' : 'value';
    const possible = field.updateable && !current.deleted;
    const name = `Edit ${field.label}`;
    const click = () => begin(row);
    fill(
      edit,
      possible &&
        h(
          'button',
          { type: 'button', class: 'small quiet', 'aria-label': name, on: { click } },
          'Edit',
        ),
    );
  }

  function begin(row) {
    editing?.cancel();
    const { field, label, value, edit } = row;
    const error = h('p', { class: 'error', id: newId('error'), role: 'alert' });
    const attributes = {
      id: newId('input'),
      'aria-labelledby': label,
      'aria-describedby': error.id,
    };
    const input = inputFor(field, current.record[field.name], attributes);
    const end = () => {
      editing = undefined;
      showRow(row, false);
      row.edit.querySelector('button')?.focus();
      onLeft();
    };
    const save = async (event) => {
      event.preventDefault();
      try {
        const next = await patch(`/records/${current.record.Id}`, { [field.name]: input.read() });
        end();
        onSaved(next);
        row.edit.querySelector('button')?.focus();
      } catch (refused) {
        fill(error, refused.message);
        const box = document.getElementById(attributes.id);
        box?.setAttribute('aria-invalid', 'true');
        box?.focus();
      }
    };
    const keys = (event) => {
      if (event.key === 'Escape') end();
    };
    const form = h(
      'form',
      { class: 'edit', on: { submit: save, keydown: keys } },
      input.element,
      error,
      h(
        'div',
        { class: 'tools' },
        h('button', { class: 'small primary' }, 'Save'),
        h('button', { type: 'button', class: 'small', on: { click: end } }, 'Cancel'),
      ),
    );
    editing = { cancel: end };
    fill(edit);
    fill(value, form);
    form.querySelector('input, select, textarea')?.focus();
  }

  const element = h(
    'section',
    {},
    h('h2', {}, 'Fields'),
    h(
      'div',
      { class: 'tools' },
      h('div', { class: 'grow' }, h('label', { for: 'field-search' }, 'Find a field'), search),
      h('label', { class: 'check' }, filled, 'With a value only'),
    ),
    h(
      'dl',
      { class: 'fields' },
      rows.map((row) => row.element),
    ),
  );
  for (const row of rows) showRow(row, false);
  return { element, show, isEditing: () => editing !== undefined };

  function show(next) {
    const before = current;
    current = next;
    for (const row of rows) {
      const { name } = row.field;
      const changed = JSON.stringify(before.record[name]) !== JSON.stringify(next.record[name]);
      if (changed || before.deleted !== next.deleted) showRow(row, changed);
    }
    choose();
  }
}

const isEmpty = (value) => value === null || value === undefined || value === false;

/** References lead to their record. */
function valueOf(field, { record, names }) {
  const value = record[field.name];
  const target = names[field.name];
  if (field.type === 'reference' && typeof value === 'string') {
    return [
      h('a', { href: `#/records/${value}` }, target?.name ?? value),
      target !== undefined && h('span', { class: 'sub' }, `${target.entity} ${value}`),
    ];
  }
  const text = valueText(field, value);
  return text === '' ? h('span', { class: 'muted' }, '–') : text;
}
