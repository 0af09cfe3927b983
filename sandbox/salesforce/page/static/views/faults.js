import { get, put, remove } from '../parts/api.js';
import { fill, h } from '../parts/dom.js';
import { complain, tell } from '../parts/notices.js';
import { faultForm } from './fault-form.js';

export const title = 'Faults';

/** Every fault of the sandbox's registry, whatever that lists, to be switched on and off. */
export async function show() {
  const [list, first] = await Promise.all([get('/faults/list'), get('/faults')]);
  let current = first;
  const search = h('input', { type: 'search', id: 'fault-search', autocomplete: 'off' });
  const groups = h('div', {});
  const rows = list.map((fault) => faultRow(fault, (value) => change(fault, value)));
  const showAll = () => {
    for (const row of rows) row.show(settingOf(current, row.fault.name));
  };
  const change = async (fault, value) => {
    current = await put('/faults', nested(fault.name, value));
    showAll();
    tell(`${fault.name}: ${fault.kind === 'once' ? 'done' : isOn(value) ? 'on' : 'off'}.`);
  };
  const allOff = async () => {
    try {
      current = await remove('/faults');
      showAll();
      tell('All faults are off.');
    } catch (error) {
      complain(error);
    }
  };
  const choose = () => {
    const words = search.value.trim().toLowerCase();
    for (const { fault, element } of rows) {
      element.hidden = !`${fault.name} ${fault.api} ${fault.summary}`.toLowerCase().includes(words);
    }
    for (const group of groups.children) {
      group.hidden = [...group.querySelectorAll('.fault')].every((row) => row.hidden);
    }
  };
  search.addEventListener('input', choose);
  showAll();
  fill(groups, groupsOf(rows));
  return [
    h('h1', {}, title),
    h(
      'p',
      { class: 'lead' },
      'What Salesforce and networks do on bad days. Clients meet them at once; this page doesn’t.',
    ),
    h(
      'div',
      { class: 'tools' },
      h('div', { class: 'grow' }, h('label', { for: 'fault-search' }, 'Find a fault'), search),
      h('button', { type: 'button', on: { click: allOff } }, 'All off'),
    ),
    groups,
  ];
}

function groupsOf(rows) {
  const apis = [...new Set(rows.map(({ fault }) => fault.api))];
  return apis.map((api) =>
    h(
      'section',
      {},
      h('h2', {}, api),
      h(
        'div',
        { class: 'faults' },
        rows.filter(({ fault }) => fault.api === api).map(({ element }) => element),
      ),
    ),
  );
}

/** A line with what the fault does and whether it is on; it unfolds to the form that sets it. */
function faultRow(fault, change) {
  const state = h('span', { class: 'badge' });
  const form = h('div', { class: 'fault-form' });
  const element = h(
    'details',
    { class: 'fault' },
    h(
      'summary',
      {},
      h('strong', {}, fault.name),
      h('span', { class: 'muted' }, fault.summary),
      state,
    ),
    form,
  );
  const refill = (setting) => {
    // While somebody types there, the form stays as it is.
    if (!form.contains(document.activeElement)) fill(form, faultForm(fault, setting, change));
  };
  return {
    fault,
    element,
    show: (setting) => {
      const on = isOn(setting);
      state.className = on ? 'badge bad' : 'badge';
      state.textContent = fault.kind === 'once' ? 'at once' : on ? stateText(setting) : 'off';
      if (form.childElementCount === 0 || fault.kind !== 'once') refill(setting);
    },
  };
}

function stateText(setting) {
  const settings = Array.isArray(setting) ? setting : [setting];
  const counts = settings.map((each) => (typeof each === 'object' ? each.count : each));
  const left = counts
    .filter((each) => typeof each === 'number')
    .reduce((sum, each) => sum + each, 0);
  return left > 0 ? `on, ${left} left` : 'on';
}

const isOn = (setting) =>
  Array.isArray(setting)
    ? setting.length > 0
    : setting !== undefined && setting !== false && setting !== 0;

/** `pubsub.silent` stands in `pubsub`. */
function settingOf(current, name) {
  return name.split('.').reduce((value, key) => value?.[key], current);
}

function nested(name, value) {
  return name
    .split('.')
    .toReversed()
    .reduce((inner, key) => ({ [key]: inner }), value);
}
