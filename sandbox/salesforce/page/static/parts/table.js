import { h } from './dom.js';
import { count } from './format.js';

/**
 * A table. A column is `{ label, cell(row), key?, class?, head? }`: `key` makes it sortable, `head` makes its cell the
 * row's heading. `sort` is `{ key, descending, by(key) }`. `stacked` shows a row as a block on phones.
 */
export function table({ label, columns, rows, sort, stacked = false, empty = 'Nothing here.' }) {
  const body = rows.map((row) =>
    h(
      'tr',
      {},
      columns.map(({ cell, class: kind, head, label: name }) =>
        head === true
          ? h('th', { scope: 'row', class: kind }, cell(row))
          : h('td', { class: kind, 'data-label': name }, cell(row)),
      ),
    ),
  );
  return h(
    'div',
    { class: `table${stacked ? ' stack' : ''}`, role: 'region', 'aria-label': label, tabindex: 0 },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((column) => heading(column, sort)),
        ),
      ),
      h('tbody', {}, body),
    ),
    rows.length === 0 && h('p', { class: 'empty' }, empty),
  );
}

function heading({ label, key, class: kind }, sort) {
  if (key === undefined || sort === undefined) return h('th', { scope: 'col', class: kind }, label);
  const direction = sort.descending ? 'descending' : 'ascending';
  return h(
    'th',
    { scope: 'col', class: kind, 'aria-sort': sort.key === key ? direction : 'none' },
    h('button', { type: 'button', id: `sort-${key}`, on: { click: () => sort.by(key) } }, label),
  );
}

/** `1–50 of 1,234`, and the way to the pages before and after. */
export function pager({ offset, shown, total, size, go }) {
  const text =
    total === 0 ? 'None' : `${count(offset + 1)}–${count(offset + shown)} of ${count(total)}`;
  const step = (label, to, possible) =>
    h(
      'button',
      { type: 'button', id: `page-${label}`, disabled: !possible, on: { click: () => go(to) } },
      label,
    );
  return h(
    'div',
    { class: 'pager' },
    step('Previous', Math.max(0, offset - size), offset > 0),
    step('Next', offset + size, offset + size < total),
    h('span', { class: 'muted', role: 'status' }, text),
  );
}
