import { get } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { count } from '../parts/format.js';
import { table } from '../parts/table.js';

export const title = 'Limits';

/** What the org allows, and what is left of it; used ones first. */
export async function show() {
  const list = h('div', {});
  const refresh = async () => {
    const limits = Object.entries(await get('/limits'))
      .map(([name, { Max: most, Remaining: remaining }]) => ({
        name,
        most,
        used: most - remaining,
      }))
      .toSorted((a, b) => Number(b.used > 0) - Number(a.used > 0));
    fill(list, limitTable(limits));
  };
  await refresh();
  return [
    h(
      'div',
      { class: 'head' },
      h(
        'div',
        {},
        h('h1', {}, title),
        h(
          'p',
          { class: 'lead' },
          'As clients are told by the resource “limits”. This page uses none of it up.',
        ),
      ),
      h(
        'div',
        { class: 'tools' },
        h('button', { type: 'button', on: { click: refresh } }, 'Refresh'),
      ),
    ),
    h('section', {}, list),
  ];
}

function limitTable(limits) {
  return table({
    label: title,
    rows: limits,
    columns: [
      { label: 'Limit', head: true, cell: ({ name }) => spaced(name) },
      { label: 'Used', class: 'number', cell: ({ used }) => count(used) },
      { label: 'Of', class: 'number', cell: ({ most }) => count(most) },
      {
        label: 'Share',
        class: 'wide-only',
        cell: ({ name, used, most }) =>
          used > 0 &&
          h('meter', {
            min: 0,
            max: most,
            value: used,
            high: most * 0.9,
            'aria-label': `${spaced(name)} used`,
          }),
      },
    ],
  });
}

/** `DailyApiRequests` → `Daily Api Requests`. */
const spaced = (name) => name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ');
