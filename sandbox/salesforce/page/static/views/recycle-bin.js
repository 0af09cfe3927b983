import { get, post } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { instant } from '../parts/format.js';
import { complain, tell } from '../parts/notices.js';
import { table } from '../parts/table.js';

export const title = 'Recycle bin';

/** What was deleted, of all objects, and the way back. */
export async function show() {
  const list = h('div', {});
  const refresh = async () => fill(list, binTable((await get('/recycle-bin')).records, restore));
  const restore = async ({ id, name }) => {
    try {
      await post(`/records/${id}/undelete`);
      tell(`${name} is back.`);
      await refresh();
    } catch (error) {
      complain(error);
    }
  };
  await refresh();
  return [
    h('h1', {}, title),
    h(
      'p',
      { class: 'lead' },
      'The newest 500. Details that went with their parent come back with it.',
    ),
    h('section', {}, list),
  ];
}

function binTable(records, restore) {
  return table({
    label: title,
    stacked: true,
    rows: records,
    empty: 'The recycle bin is empty.',
    columns: [
      {
        label: 'Name',
        head: true,
        cell: ({ id, name }) => h('a', { href: `#/records/${id}` }, name),
      },
      { label: 'Object', cell: ({ entity }) => entity },
      { label: 'Deleted (UTC)', class: 'nowrap', cell: ({ deletedAt }) => instant(deletedAt) },
      { label: 'Id', class: 'mono', cell: ({ id }) => id },
      {
        label: 'Undelete',
        cell: (record) =>
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              'aria-label': `Undelete ${record.name}`,
              on: { click: () => restore(record) },
            },
            'Undelete',
          ),
      },
    ],
  });
}
