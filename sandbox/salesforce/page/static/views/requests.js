import { get, remove } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { instant } from '../parts/format.js';
import { table } from '../parts/table.js';

export const title = 'Requests';

const EVERY_MS = 1_500;
/** As many as the sandbox keeps. */
const KEPT = 1_000;
const SHOWN = 200;

/** What clients asked, newest first: who, what, and the answer. */
export async function show({ signal }) {
  let requests = [];
  let last = 0;
  const list = h('div', {});
  const search = h('input', { type: 'search', id: 'request-search', autocomplete: 'off' });
  const failed = h('input', { type: 'checkbox' });
  const draw = () => {
    const words = search.value.trim().toLowerCase();
    const shown = requests
      .filter((each) => !failed.checked || each.status >= 400 || each.error !== null)
      .filter((each) => Object.values(each).join(' ').toLowerCase().includes(words));
    fill(list, requestTable(shown.slice(0, SHOWN)));
  };
  const read = async () => {
    const answer = await get('/requests', { since: last });
    if (answer.requests.length === 0) return;
    last = answer.requests.at(-1).number;
    requests = [...answer.requests.toReversed(), ...requests].slice(0, KEPT);
    draw();
  };
  const empty = async () => {
    await remove('/requests');
    requests = [];
    draw();
  };
  await read();
  draw();
  search.addEventListener('input', draw);
  failed.addEventListener('change', draw);
  // A sandbox that is being restarted is asked again.
  const timer = setInterval(() => void read().catch(() => undefined), EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  return [
    h('h1', {}, title),
    h(
      'p',
      { class: 'lead' },
      `The newest ${SHOWN} over HTTP and gRPC, of all clients. A stream stands here when it opens. Tokens and secrets are never in it.`,
    ),
    h(
      'div',
      { class: 'tools' },
      h('div', { class: 'grow' }, h('label', { for: 'request-search' }, 'Filter'), search),
      h('label', { class: 'check' }, failed, 'Refused ones only'),
      h('button', { type: 'button', on: { click: empty } }, 'Clear'),
    ),
    list,
  ];
}

function requestTable(requests) {
  return table({
    label: title,
    stacked: true,
    rows: requests,
    empty: 'No requests yet. As soon as a client calls, it is here.',
    columns: [
      { label: 'Time (UTC)', class: 'nowrap', cell: ({ at }) => instant(at).slice(11) },
      { label: 'Status', cell: status },
      { label: 'Method', cell: ({ method }) => method },
      { label: 'Path', class: 'path mono', head: true, cell: ({ path }) => path },
      { label: 'ms', class: 'number', cell: ({ ms }) => ms },
      { label: 'Client', class: 'clip', cell: client },
    ],
  });
}

function status({ status: number, error }) {
  const kind = number >= 500 ? 'bad' : number >= 400 || error !== null ? 'warn' : 'good';
  return [
    h('span', { class: `badge ${kind}` }, number),
    error !== null && h('span', { class: 'sub' }, error),
  ];
}

function client({ client: name, userAgent }) {
  if (name === null) return userAgent ?? '';
  return [name, userAgent !== null && h('span', { class: 'sub' }, userAgent)];
}
