import { get, remove } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { duration, instant } from '../parts/format.js';
import { complain, tell } from '../parts/notices.js';
import { table } from '../parts/table.js';

export const title = 'Sessions';

/** Who is logged in; a session that is revoked gets INVALID_SESSION_ID at its next call. */
export async function show() {
  const list = h('div', {});
  const refresh = async () => {
    const [sessions, { now }] = await Promise.all([get('/sessions'), get('/clock')]);
    fill(list, sessionTable(sessions, now, revoke));
  };
  const revoke = async (which, said) => {
    try {
      await remove('/sessions', which);
      tell(said);
      await refresh();
    } catch (error) {
      complain(error);
    }
  };
  await refresh();
  const all = () => revoke({}, 'All sessions are revoked.');
  return [
    h(
      'div',
      { class: 'head' },
      h(
        'div',
        {},
        h('h1', {}, title),
        h('p', { class: 'lead' }, 'A revoked session gets INVALID_SESSION_ID at its next call.'),
      ),
      h(
        'div',
        { class: 'tools' },
        h('button', { type: 'button', on: { click: refresh } }, 'Refresh'),
        h('button', { type: 'button', class: 'danger', on: { click: all } }, 'Revoke all'),
      ),
    ),
    h('section', {}, list),
  ];
}

function sessionTable(sessions, now, revoke) {
  return table({
    label: title,
    stacked: true,
    rows: sessions,
    empty: 'Nobody is logged in.',
    columns: [
      {
        label: 'User',
        head: true,
        cell: ({ username, userId }) => h('a', { href: `#/records/${userId}` }, username),
      },
      { label: 'Session', class: 'mono', cell: ({ session }) => session },
      {
        label: 'Ends (UTC)',
        cell: ({ expiresAt }) => `${instant(expiresAt)}, in ${duration(expiresAt - now)}`,
      },
      {
        label: 'Revoke',
        cell: ({ session, username }) =>
          h(
            'button',
            {
              type: 'button',
              class: 'small danger',
              'aria-label': `Revoke the session ${session} of ${username}`,
              on: { click: () => revoke({ session }, `A session of ${username} is revoked.`) },
            },
            'Revoke',
          ),
      },
    ],
  });
}
