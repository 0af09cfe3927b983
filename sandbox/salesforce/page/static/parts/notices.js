import { h } from './dom.js';

/** Good news goes away by itself after this long; bad news stays until it is closed. */
const SHOWN_MS = 6_000;
const MOST = 4;

/** Tells that something was done; read out by screen readers. */
export const tell = (text) => add(text, '');

/** Tells what went wrong where no field or table can show it. */
export const complain = (error) => add(error.message, 'bad');

/** Bad news belongs to the view that it came from. */
export function forget() {
  for (const notice of document.querySelectorAll('.notice.bad')) notice.remove();
}

function add(text, kind) {
  const list = document.getElementById('notices');
  const close = () => notice.remove();
  const notice = h(
    'div',
    { class: `notice ${kind}` },
    h('span', {}, text),
    h('button', { type: 'button', class: 'small quiet', on: { click: close } }, 'Close'),
  );
  list.append(notice);
  while (list.children.length > MOST) list.firstElementChild.remove();
  if (kind === '') setTimeout(close, SHOWN_MS);
}
