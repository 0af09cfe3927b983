/** Elements are made here and nowhere else: what comes from the org becomes text, never markup. */

/**
 * An element. `on` has listeners by event; other properties are attributes: true is an empty one, false, null and
 * undefined are none. Children are elements, texts, numbers, or lists of them.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { on = {}, ...attributes } = properties;
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** Puts these in place of what the element has. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

let made = 0;

/** An id that no other element has. */
export function newId(prefix) {
  made++;
  return `${prefix}-${made}`;
}
