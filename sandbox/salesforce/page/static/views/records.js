import { get, queryOf } from '../parts/api.js';
import { h } from '../parts/dom.js';
import { valueText } from '../parts/format.js';
import { pager, table } from '../parts/table.js';

export const title = 'Records';

const SIZE = 50;
/** Columns beside the name, where no others are chosen. */
const COLUMNS = 4;
const DULL =
  /^(?:Jigsaw\w*|\w+(?:Street|State|PostalCode|Latitude|Longitude|GeocodeAccuracy)|FirstName|LastName|Salutation)$/;

/** One object's records: a page of them, sorted and filtered as the address says. */
export async function show({ path: [, name], parameters }) {
  const object = await get(`/objects/${name}`);
  const at = readAddress(parameters);
  const go = (changes) => {
    location.hash = `#/objects/${object.name}${queryOf({ ...at, ...changes })}`;
  };
  const columns = columnsOf(object, at.columns);
  const found = object.queryable
    ? await list(object, at, columns)
    : { total: 0, records: [], error: '' };
  return [
    head(object),
    object.queryable && filterForm(object, at, found.error, go),
    object.queryable && columnPicker(object, columns, go),
    object.queryable && recordTable(object, columns, found, at, go),
    object.queryable &&
      pager({
        offset: at.offset,
        shown: found.records.length,
        total: found.total,
        size: SIZE,
        go: (offset) => go({ offset }),
      }),
  ];
}

function readAddress(parameters) {
  return {
    where: parameters.get('where') ?? '',
    /** Unless asked for, as they were made: to sort 300,000 takes the sandbox's time. */
    sort: parameters.get('sort') ?? '',
    descending: parameters.get('descending') === 'true',
    deleted: parameters.get('deleted') === 'true',
    offset: Number(parameters.get('offset') ?? 0) || 0,
    columns: parameters.get('columns') ?? '',
  };
}

/** What SOQL says to the condition is shown at the condition. */
async function list(object, at, columns) {
  const fields = ['Id', ...columns.map(({ name }) => name)];
  const { where, sort, descending, deleted, offset } = at;
  const query = { where, sort, descending, deleted, offset, limit: SIZE };
  try {
    const unique = [...new Set(fields)].join(',');
    return {
      ...(await get(`/objects/${object.name}/records`, { ...query, fields: unique })),
      error: '',
    };
  } catch (error) {
    return { total: 0, records: [], error: error.message };
  }
}

function columnsOf({ fields, nameField }, chosen) {
  if (chosen !== '') return fields.filter(({ name }) => chosen.split(',').includes(name));
  const name = fields.filter((field) => field.name === nameField);
  const rest = fields.filter(
    (field) => field.name !== nameField && field.name !== nameField && isTelling(field),
  );
  return [
    ...name,
    ...rest.slice(0, COLUMNS),
    ...fields.filter((field) => field.name === 'LastModifiedDate'),
  ];
}

function isTelling({ name, type, updateable, length }) {
  return updateable && type !== 'reference' && !DULL.test(name) && length <= 255;
}

function head(object) {
  const publish = object.kind === 'platformevent';
  const action = h(
    'a',
    { class: 'button primary', href: `#/objects/${object.name}/new` },
    publish ? 'Publish' : 'New',
  );
  return h(
    'div',
    { class: 'head' },
    h('div', {}, h('h1', {}, object.labelPlural), h('p', { class: 'sub' }, object.name)),
    h('div', { class: 'tools' }, object.createable && action),
    publish &&
      h('p', { class: 'lead' }, 'A platform event is published, not stored: see it under Events.'),
  );
}

function filterForm(object, at, error, go) {
  const where = h('input', {
    id: 'where',
    class: 'mono',
    value: at.where,
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: `${object.nameField} LIKE 'A%' AND CreatedDate = TODAY`,
    'aria-invalid': error === '' ? undefined : 'true',
    'aria-describedby': 'where-error',
  });
  const deleted = h('input', { type: 'checkbox', id: 'deleted-ones', checked: at.deleted });
  deleted.addEventListener('change', () => go({ deleted: deleted.checked, offset: 0 }));
  const submit = (event) => {
    event.preventDefault();
    go({ where: where.value.trim(), offset: 0 });
  };
  return h(
    'form',
    { class: 'tools', on: { submit } },
    h(
      'div',
      { class: 'grow' },
      h('label', { for: 'where' }, 'Condition (SOQL, what follows WHERE)'),
      where,
    ),
    h('button', { id: 'filter' }, 'Filter'),
    h('label', { class: 'check' }, deleted, 'Deleted ones'),
    h('p', { class: 'error mono', id: 'where-error', role: 'alert' }, error),
  );
}

function columnPicker(object, columns, go) {
  const shown = new Set(columns.map(({ name }) => name));
  const boxes = object.fields
    .filter(({ type }) => type !== 'address' && type !== 'location')
    .map(({ name, label }) => ({
      name,
      label,
      box: h('input', { type: 'checkbox', checked: shown.has(name) }),
    }));
  const apply = (event) => {
    event.preventDefault();
    const chosen = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
    go({ columns: chosen.slice(0, 40).join(',') });
  };
  return h(
    'details',
    { class: 'columns' },
    h('summary', {}, 'Columns'),
    h(
      'form',
      { on: { submit: apply } },
      h(
        'div',
        { class: 'boxes' },
        boxes.map(({ box, label }) => h('label', { class: 'check' }, box, label)),
      ),
      h('button', { class: 'small' }, 'Show these'),
    ),
  );
}

function recordTable(object, columns, { records }, at, go) {
  const by = (key) => go({ sort: key, descending: at.sort === key && !at.descending, offset: 0 });
  const first = columns[0]?.name;
  const text = (field) => (record) => valueText(field, record[field.name]);
  return table({
    label: object.labelPlural,
    rows: records,
    empty: 'No records.',
    sort: { key: at.sort, descending: at.descending, by },
    columns: columns.map((field) => ({
      label: field.label,
      key: field.sortable ? field.name : undefined,
      class: field.type === 'datetime' ? 'nowrap' : 'clip',
      head: field.name === first,
      cell: field.name === first ? (record) => linkTo(record, text(field)(record)) : text(field),
    })),
  });
}

function linkTo({ Id: id }, name) {
  const href = `#/records/${id}`;
  if (name === '' || name === id) return h('a', { href, class: 'mono' }, id);
  return [h('a', { href }, name), h('span', { class: 'sub' }, id)];
}
