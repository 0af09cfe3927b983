import { get, post, queryOf, remove } from '../parts/api.js';
import { ask } from '../parts/ask.js';
import { copyButton } from '../parts/copy.js';
import { fill, h } from '../parts/dom.js';
import { count } from '../parts/format.js';
import { headerOf, listen } from '../parts/live.js';
import { complain, tell } from '../parts/notices.js';
import { fieldList } from './field-list.js';

export const title = 'Record';

/** One record with all its fields, each edited where it stands; follows changes that others make. */
export async function show({ path: [, id], signal }) {
  let shown = await get(`/records/${id}`);
  const object = await get(`/objects/${shown.entity}`);
  const head = h('div', { class: 'head' });
  const related = h('section', {});
  const update = (next) => {
    shown = next;
    const focused = head.contains(document.activeElement) ? document.activeElement.id : '';
    fill(head, headOf(object, shown, reload));
    if (focused !== '') document.getElementById(focused)?.focus();
    fill(related, relatedOf(shown));
    list.show(shown);
  };
  /** Whether there is something newer, not read yet. */
  let stale = false;
  let reading = false;
  const reload = async () => {
    stale = false;
    reading = true;
    try {
      update(await get(`/records/${id}`));
    } catch (error) {
      complain(error);
    }
    reading = false;
    catchUp();
  };
  /** One read at a time, however many changes come meanwhile, and none under the hands of who edits. */
  const catchUp = () => {
    if (stale && !reading && !list.isEditing()) void reload();
  };
  const list = fieldList({ object, shown, onSaved: update, onLeft: catchUp });
  update(shown);
  const stop = listen((event) => {
    if (event === undefined || !headerOf(event)?.recordIds.includes(shown.record.Id)) return;
    stale = true;
    catchUp();
  });
  signal.addEventListener('abort', stop);
  return [head, related, list.element];
}

function headOf(object, { name, record, deleted }, reload) {
  const { Id: id } = record;
  const act = async (work, said) => {
    try {
      await work();
      tell(said);
      await reload();
      document.getElementById('record-action')?.focus();
    } catch (error) {
      complain(error);
    }
  };
  const erase = async () => {
    const question = `Delete ${object.label} “${name}”? It goes to the recycle bin.`;
    if (!(await ask(question, 'Delete'))) return;
    await act(() => remove(`/records/${id}`), `${name} is in the recycle bin.`);
  };
  const restore = () => act(() => post(`/records/${id}/undelete`), `${name} is back.`);
  return [
    h(
      'div',
      {},
      h('p', { class: 'muted' }, h('a', { href: `#/objects/${object.name}` }, object.labelPlural)),
      h('h1', {}, name),
      h(
        'p',
        { class: 'muted' },
        h('span', { class: 'mono' }, id, ' '),
        copyButton('the id', () => id),
        deleted && h('span', { class: 'badge bad' }, 'in the recycle bin'),
      ),
    ),
    h(
      'div',
      { class: 'tools' },
      deleted ? button('Undelete', 'primary', restore) : button('Delete', 'danger', erase),
    ),
  ];
}

function button(label, kind, click) {
  return h('button', { type: 'button', id: 'record-action', class: kind, on: { click } }, label);
}

function relatedOf({ related, record }) {
  if (related.length === 0) return null;
  return [
    h('h2', {}, 'Related'),
    h(
      'ul',
      { class: 'related' },
      related.map(({ entity, label, field, count: number }) => {
        const where = `${field} = '${record.Id}'`;
        const href = `#/objects/${entity}${queryOf({ where })}`;
        return h(
          'li',
          {},
          h('a', { class: 'button small', href }, `${label} by ${field} (${count(number)})`),
        );
      }),
    ),
  ];
}
