/** The event stream, opened once for all views. The newest events are kept, and no more. */

/** So many. */
export const KEPT = 500;

const events = [];
const listeners = new Set();
let source;
let state = 'off';
let newest;
let skipped = 0;

/** The newest events, oldest first. */
export const kept = () => events;

/** How many events were left out because more happened than can be shown. */
export const left = () => skipped;

/** `listener(event)` hears each event, `listener(undefined)` a change of the connection; gives the way to stop it. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `on`, `lost` or `off`. */
export const connection = () => state;

export function clear() {
  events.length = 0;
  skipped = 0;
}

/** A hidden page lets go of its connection: browsers allow only six to one place. */
export function start() {
  const sync = () => (document.hidden ? stop() : open());
  document.addEventListener('visibilitychange', sync);
  sync();
}

function open() {
  if (source !== undefined) return;
  source = new EventSource(`/__sandbox/v1/events${newest === undefined ? '' : `?after=${newest}`}`);
  source.addEventListener('open', () => become('on'));
  source.addEventListener('error', () => become('lost'));
  source.addEventListener('message', ({ data }) => take(JSON.parse(data)));
  source.addEventListener('skipped', ({ data }) => {
    skipped += JSON.parse(data).count;
    for (const listener of listeners) listener(undefined);
  });
}

function stop() {
  source?.close();
  source = undefined;
  become('off');
}

function become(next) {
  state = next;
  for (const listener of listeners) listener(undefined);
}

function take(event) {
  newest = event.sequence;
  events.push(event);
  if (events.length > KEPT) events.shift();
  for (const listener of listeners) listener(event);
}

/** What a change event says of itself; undefined for platform events. */
export const headerOf = ({ event }) => event?.payload?.ChangeEventHeader;
