import { h } from '../parts/dom.js';
import { instant, timeOfDay } from '../parts/format.js';
import { headerOf } from '../parts/live.js';

const KINDS = { CREATE: 'good', UNDELETE: 'good', DELETE: 'bad' };

/** What the filter looks in, without case. */
export const textOf = ({ topic, replayId, event }) =>
  `${topic} ${replayId} ${JSON.stringify(event)}`.toLowerCase();

/** One event: a line that unfolds to all it says. */
export function eventItem(event) {
  const header = headerOf(event);
  const type = header?.changeType ?? 'EVENT';
  const kind = KINDS[type] ?? (type.startsWith('GAP_') ? 'warn' : '');
  const details = h(
    'details',
    {},
    h(
      'summary',
      {},
      h('time', {}, timeOfDay(event.time)),
      h('span', {}, h('span', { class: `badge ${kind}` }, type)),
      h('strong', {}, event.entity),
      h('span', { class: 'muted one-line' }, gist(event, header)),
    ),
  );
  // Most are never opened.
  details.addEventListener('toggle', () => details.append(about(event, header)), { once: true });
  return h('li', {}, details);
}

/** Which fields of which record changed; of platform events, what they say. */
function gist({ event }, header) {
  if (header === undefined) return JSON.stringify(event?.payload ?? {});
  const { recordIds, changedFields } = header;
  const ids = recordIds.length > 1 ? `${recordIds.length} records` : recordIds[0];
  const fields = changedFields.filter((name) => name !== 'LastModifiedDate');
  return fields.length === 0 ? ids : `${ids} · ${fields.join(', ')}`;
}

function about({ topic, sequence, replayId, time, event }, header) {
  const { ChangeEventHeader: _header, ...values } = event?.payload ?? {};
  const lines = [
    ['Channel', topic],
    ['Replay id', `${replayId} (${sequence})`],
    ['Published', `${instant(time)} UTC`],
    ...(header === undefined ? [] : headerLines(header)),
  ];
  return h(
    'dl',
    { class: 'about' },
    lines.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    h('dt', {}, 'Values'),
    h('dd', {}, h('pre', { class: 'code' }, JSON.stringify(values, null, 2))),
  );
}

function headerLines(header) {
  const { recordIds, changedFields, commitUser, changeOrigin, transactionKey } = header;
  return [
    [
      'Records',
      recordIds.map((id) => [h('a', { href: `#/records/${id}`, class: 'mono' }, id), ' ']),
    ],
    ['Fields changed', changedFields.length === 0 ? '–' : changedFields.join(', ')],
    ['By', commitUser === '' ? '–' : h('a', { href: `#/records/${commitUser}` }, commitUser)],
    ['Origin', changeOrigin === '' ? '–' : changeOrigin],
    ['Transaction', `${transactionKey}, ${header.sequenceNumber}`],
    ['Commit', `${header.commitNumber}, ${instant(header.commitTimestamp)} UTC`],
  ];
}
