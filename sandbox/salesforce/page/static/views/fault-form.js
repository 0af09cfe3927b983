import { fill, h, newId } from '../parts/dom.js';

/** The parameters of a fault, as the registry describes them, and the buttons that set it. */
export function faultForm({ kind, evidence, parameters }, setting, change) {
  const given = firstOf(setting);
  const inputs = parameters.map((parameter) => parameterInput(parameter, given[parameter.name]));
  const error = h('p', { class: 'error', role: 'alert' });
  const send = async (value) => {
    fill(error);
    try {
      await change(value);
    } catch (refused) {
      fill(error, refused.message);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    void send(valuesOf(inputs, parameters));
  };
  return h(
    'form',
    { on: { submit } },
    h(
      'div',
      { class: 'form' },
      inputs.map(({ element }) => element),
    ),
    error,
    h(
      'div',
      { class: 'tools' },
      h('button', { class: 'primary' }, kind === 'once' ? 'Do it now' : 'Switch on'),
      kind !== 'once' &&
        h('button', { type: 'button', on: { click: () => void send(false) } }, 'Switch off'),
    ),
    h('p', { class: 'muted' }, `Evidence: ${evidence}`),
  );
}

/** `true` where nothing is set: all by default. */
function valuesOf(inputs, parameters) {
  const values = inputs
    .map(({ read }, i) => [parameters[i].name, read()])
    .filter(([, value]) => value !== undefined);
  return values.length === 0 ? true : Object.fromEntries(values);
}

function firstOf(setting) {
  const [first] = Array.isArray(setting) ? setting : [setting];
  if (typeof first === 'number' && first > 0) return { count: first };
  return typeof first === 'object' && first !== null ? first : {};
}

function parameterInput(parameter, value) {
  const { name, summary, type, unit, required } = parameter;
  const id = newId('parameter');
  const input = type === 'choice' ? choice(parameter, id, value) : line(parameter, id, value);
  const label = `${name}${unit ? ` (${unit})` : ''}${required === true ? ', needed' : ''}`;
  input.setAttribute('aria-describedby', `${id}-about`);
  return {
    element: h(
      'div',
      { class: 'field' },
      h('label', { for: id }, label),
      input,
      h('p', { class: 'muted about-field', id: `${id}-about` }, summary),
    ),
    read: () => {
      if (input.value === '') return undefined;
      return type === 'integer' || type === 'number' ? Number(input.value) : input.value;
    },
  };
}

function line({ type, minimum, maximum, default: usual }, id, value) {
  const number = type === 'integer' || type === 'number';
  return h('input', {
    id,
    type: number ? 'number' : 'text',
    min: minimum,
    max: maximum,
    step: type === 'number' ? 'any' : undefined,
    placeholder: usual,
    value,
    autocomplete: 'off',
  });
}

function choice({ of: choices, default: usual }, id, value) {
  return h(
    'select',
    { id },
    h('option', { value: '' }, usual === undefined ? '–' : `${usual} (default)`),
    choices.map((each) => h('option', { value: each, selected: each === value }, each)),
  );
}
