import { fill, h } from '../parts/dom.js';
import { count } from '../parts/format.js';
import { clear, kept, KEPT, left, listen } from '../parts/live.js';
import { eventItem, textOf } from './event-item.js';

export const title = 'Events';

/** Change events and platform events as they happen, newest first. */
export async function show({ signal }) {
  const list = h('ol', { class: 'events', 'aria-label': 'Events, newest first' });
  const search = h('input', { type: 'search', id: 'event-search', autocomplete: 'off' });
  const kind = h(
    'select',
    { id: 'event-kind' },
    h('option', { value: '' }, 'All events'),
    h('option', { value: 'data' }, 'Change events'),
    h('option', { value: 'event' }, 'Platform events'),
  );
  const status = h('p', { class: 'muted', role: 'status' });
  const pause = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause');
  let paused;
  let waiting = [];
  let frame;

  const wanted = (event) =>
    (kind.value === '' || event.kind === kind.value) &&
    (search.value.trim() === '' || textOf(event).includes(search.value.trim().toLowerCase()));
  const redraw = () => {
    waiting = [];
    const events = paused ?? kept();
    fill(list, events.filter(wanted).toReversed().map(eventItem));
    say();
  };
  const say = () => {
    const shown = count(list.children.length);
    const news = paused === undefined ? '' : ' Paused.';
    const skipped = left() === 0 ? '' : ` ${count(left())} came too fast to be shown.`;
    fill(
      status,
      `${shown} shown of the newest ${count(KEPT)} since this page was opened.${news}${skipped}`,
    );
  };
  /** Once per frame, however many came. */
  const flush = () => {
    frame = undefined;
    list.prepend(...waiting.toReversed().map(eventItem));
    waiting = [];
    while (list.children.length > KEPT) list.lastElementChild.remove();
    say();
  };
  const stop = listen((event) => {
    if (event !== undefined && paused === undefined && wanted(event)) {
      waiting.push(event);
      if (waiting.length > KEPT) waiting.shift();
    }
    frame ??= requestAnimationFrame(flush);
  });
  signal.addEventListener('abort', stop);
  pause.addEventListener('click', () => {
    paused = paused === undefined ? [...kept()] : undefined;
    pause.setAttribute('aria-pressed', String(paused !== undefined));
    pause.textContent = paused === undefined ? 'Pause' : 'Go on';
    redraw();
  });
  const empty = h('button', { type: 'button' }, 'Clear');
  empty.addEventListener('click', () => {
    clear();
    if (paused !== undefined) paused = [];
    redraw();
  });
  search.addEventListener('input', redraw);
  kind.addEventListener('change', redraw);
  redraw();
  return [
    h('h1', {}, title),
    h(
      'div',
      { class: 'tools' },
      h(
        'div',
        { class: 'grow' },
        h('label', { for: 'event-search' }, 'Filter by object, id, change type, field or value'),
        search,
      ),
      h('div', {}, h('label', { for: 'event-kind' }, 'Kind'), kind),
      pause,
      empty,
    ),
    status,
    list,
  ];
}
