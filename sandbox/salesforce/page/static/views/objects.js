import { get } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { count } from '../parts/format.js';
import { table } from '../parts/table.js';

export const title = 'Objects';

const KINDS = {
  standard: 'standard',
  custom: 'custom',
  customsetting: 'custom setting',
  platformevent: 'platform event',
};

/** All objects, with a search; an id typed there leads to its record. */
export async function show() {
  const { objects } = await get('/objects');
  const search = h('input', { type: 'search', id: 'object-search', autocomplete: 'off' });
  const filled = h('input', { type: 'checkbox' });
  const list = h('div', {});
  const refresh = () => {
    const words = search.value.trim().toLowerCase();
    const shown = objects
      .filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(words))
      .filter(({ records, deleted }) => !filled.checked || records + deleted > 0);
    fill(list, objectTable(shown));
  };
  search.addEventListener('input', refresh);
  filled.addEventListener('change', refresh);
  refresh();
  const open = (event) => {
    event.preventDefault();
    const typed = search.value.trim();
    if (/^\w{15}(\w{3})?$/.test(typed)) location.hash = `#/records/${typed}`;
    else list.querySelector('tbody a')?.focus();
  };
  return [
    h('h1', {}, title),
    h(
      'form',
      { class: 'tools', role: 'search', on: { submit: open } },
      h(
        'div',
        { class: 'grow' },
        h('label', { for: 'object-search' }, 'Find an object, or a record by its id'),
        search,
      ),
      h('label', { class: 'check' }, filled, 'With records only'),
    ),
    list,
  ];
}

function objectTable(objects) {
  return table({
    label: 'Objects',
    rows: objects,
    empty: 'No object is called that.',
    columns: [
      {
        label: 'Object',
        head: true,
        cell: ({ name, label }) => [
          h('a', { href: `#/objects/${name}` }, label),
          name !== label && h('span', { class: 'sub' }, name),
        ],
      },
      {
        label: 'Kind',
        class: 'wide-only',
        cell: ({ kind }) => h('span', { class: 'badge' }, KINDS[kind] ?? kind),
      },
      {
        label: 'Records',
        class: 'number',
        cell: ({ records, kind }) => (kind === 'platformevent' ? '–' : count(records)),
      },
      {
        label: 'Deleted',
        class: 'number',
        cell: ({ deleted }) => (deleted === 0 ? '' : count(deleted)),
      },
    ],
  });
}
