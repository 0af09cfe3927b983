import { get, patch, post } from '../parts/api.js';
import { copyButton } from '../parts/copy.js';
import { fill, h } from '../parts/dom.js';
import { complain } from '../parts/notices.js';
import { table } from '../parts/table.js';

export const title = 'Users';

const PERMISSIONS = [
  ['active', 'Active'],
  ['apiEnabled', 'API'],
  ['viewAllData', 'View all data'],
  ['modifyAllData', 'Modify all data'],
];

/** Who may log in, and what they may do then. */
export async function show() {
  const list = h('div', {});
  const refresh = async () => fill(list, userTable(await get('/users'), change));
  const change = async (user, permission, box) => {
    try {
      await patch(`/users/${user.id}`, { [permission]: box.checked });
    } catch (error) {
      box.checked = !box.checked;
      complain(error);
    }
  };
  await refresh();
  return [
    h('h1', {}, title),
    h('section', {}, list),
    h('section', {}, h('h2', {}, 'New user'), newUser(refresh)),
  ];
}

function userTable(users, change) {
  return table({
    label: title,
    stacked: true,
    rows: users,
    columns: [
      {
        label: 'User',
        head: true,
        cell: ({ id, username, name }) => [
          h(
            'span',
            {},
            h('a', { href: `#/records/${id}` }, username),
            h('span', { class: 'sub' }, name),
          ),
        ],
      },
      ...PERMISSIONS.map(([permission, label]) => ({
        label,
        cell: (user) => toggle(user, permission, label, change),
      })),
    ],
  });
}

function toggle(user, permission, label, change) {
  const box = h('input', {
    type: 'checkbox',
    checked: user[permission] === true,
    'aria-label': `${label}: ${user.username}`,
  });
  box.addEventListener('change', () => change(user, permission, box));
  return box;
}

function newUser(refresh) {
  const name = h('input', { id: 'new-username', type: 'text', autocomplete: 'off' });
  const error = h('p', { class: 'error', id: 'new-user-error', role: 'alert' });
  name.setAttribute('aria-describedby', error.id);
  const made = h('p', { role: 'status' });
  const submit = async (event) => {
    event.preventDefault();
    fill(error);
    try {
      const user = await post('/users', { username: name.value.trim() });
      fill(
        made,
        `${user.username} can log in with a password of its own. `,
        copyButton('the password', () => user.password),
      );
      name.value = '';
      await refresh();
    } catch (refused) {
      fill(error, refused.message);
      name.focus();
    }
  };
  return h(
    'form',
    { class: 'tools', on: { submit } },
    h(
      'div',
      { class: 'grow' },
      h('label', { for: 'new-username' }, 'Username, in the form of an address'),
      name,
      error,
    ),
    h('button', { class: 'primary' }, 'Create'),
    made,
  );
}
