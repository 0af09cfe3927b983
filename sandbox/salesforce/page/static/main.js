import { complain, forget } from './parts/notices.js';
import { get } from './parts/api.js';
import { h, fill } from './parts/dom.js';
import * as live from './parts/live.js';
import { NAVIGATION, viewOf } from './views.js';

const main = document.getElementById('main');
const nav = document.getElementById('nav');
const menu = document.getElementById('menu');
/** Of the view that is shown: ends what it has going on. */
let leave;

/** `#/objects/Account?sort=Name` → path and parameters. */
function address() {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return {
    path: path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    parameters: new URLSearchParams(search),
  };
}

/** What was there stays until the new view is ready: nothing jumps. */
async function show() {
  const { path, parameters } = address();
  if (path.length === 0) return location.replace('#/objects');
  const asked = location.hash;
  const view = viewOf(path);
  const leaving = new AbortController();
  closeMenu();
  markCurrent(path);
  let content;
  try {
    content = await view.show({ path, parameters, signal: leaving.signal });
  } catch (error) {
    content = [
      h('h1', {}, view.title),
      h('section', { class: 'alert', role: 'alert' }, error.message),
    ];
  }
  if (asked !== location.hash) return leaving.abort();
  leave?.abort();
  leave = leaving;
  put(content, path.join('/'));
  document.title = `${main.querySelector('h1')?.textContent ?? view.title} · Headwater sandbox`;
}

/** Another view takes the focus to its heading; the same one, filtered or sorted anew, leaves it where it was. */
function put(content, path) {
  const focused = document.activeElement?.id ?? '';
  const before = main.dataset.path;
  main.dataset.path = path;
  fill(main, content);
  if (before === path) {
    if (focused !== '') document.getElementById(focused)?.focus();
    return;
  }
  const heading = main.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  if (before === undefined) return;
  forget();
  scrollTo(0, 0);
  heading?.focus({ preventScroll: true });
}

function markCurrent([first, second]) {
  const current = first === 'records' || second !== undefined ? 'objects' : first;
  for (const link of nav.querySelectorAll('a')) {
    if (link.hash === `#/${current}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function buildNavigation() {
  fill(
    nav,
    NAVIGATION.map(({ group, views }) => [
      h('h2', {}, group),
      h(
        'ul',
        {},
        views.map(({ name, title }) => h('li', {}, h('a', { href: `#/${name}` }, title))),
      ),
    ]),
  );
}

function closeMenu() {
  nav.classList.remove('open');
  menu.setAttribute('aria-expanded', 'false');
}

function showConnection() {
  const words = { on: 'live', lost: 'reconnecting', off: 'paused' };
  const state = live.connection();
  document.getElementById('live').dataset.state = state;
  document.getElementById('live-text').textContent = words[state];
}

menu.addEventListener('click', () => {
  const open = nav.classList.toggle('open');
  menu.setAttribute('aria-expanded', String(open));
  if (open) nav.querySelector('a')?.focus();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !nav.classList.contains('open')) return;
  closeMenu();
  menu.focus();
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
globalThis.addEventListener('hashchange', () => void show());
globalThis.addEventListener('unhandledrejection', ({ reason }) => complain(reason));

buildNavigation();
live.listen(showConnection);
live.start();
get('/org').then(({ id }) => (document.getElementById('org').textContent = id), complain);
await show();
