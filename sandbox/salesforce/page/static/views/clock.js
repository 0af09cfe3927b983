import { get, post } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { duration, instant } from '../parts/format.js';

export const title = 'Clock';

const TICK_MS = 1_000;
const STEPS = ['15m', '1h', '2h', '24h', '72h', '7d'];

/** The sandbox's time, which can only be moved on: sessions, retention and the recycle bin follow. */
export async function show({ signal }) {
  const time = h('p', { class: 'clock' });
  const ahead = h('p', { class: 'muted' });
  const error = h('p', { class: 'error', id: 'advance-error', role: 'alert' });
  const by = h('input', {
    id: 'advance',
    autocomplete: 'off',
    placeholder: '73h',
    'aria-describedby': error.id,
  });
  let offset = 0;
  const tick = () => {
    fill(time, `${instant(Date.now() + offset)} UTC`);
    fill(
      ahead,
      offset < TICK_MS * 2 ? 'As this machine’s.' : `${duration(offset)} ahead of this machine’s.`,
    );
  };
  const read = ({ now }) => {
    offset = now - Date.now();
    tick();
  };
  const advance = async (text) => {
    fill(error);
    try {
      read(await post('/clock', { advance: text }));
      by.value = '';
    } catch (refused) {
      fill(error, refused.message);
      by.focus();
    }
  };
  read(await get('/clock'));
  const timer = setInterval(tick, TICK_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  const submit = (event) => {
    event.preventDefault();
    void advance(by.value.trim());
  };
  return [
    h('h1', {}, title),
    h(
      'p',
      { class: 'lead' },
      'Sessions end, events leave their retention and limits renew by this clock. It is never put back.',
    ),
    h('section', { class: 'card' }, time, ahead),
    h(
      'section',
      {},
      h('h2', {}, 'Move it on'),
      h(
        'div',
        { class: 'tools' },
        STEPS.map((step) =>
          h('button', { type: 'button', on: { click: () => advance(step) } }, `+ ${step}`),
        ),
      ),
      h(
        'form',
        { class: 'tools', on: { submit } },
        h('div', {}, h('label', { for: 'advance' }, 'By (ms, s, m, h, d)'), by, error),
        h('button', { class: 'primary' }, 'Advance'),
      ),
    ),
  ];
}
