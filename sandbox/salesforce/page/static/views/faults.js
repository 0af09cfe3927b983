import { h } from '../parts/dom.js';
export const title = 'Faults';
export async function show() {
  return [h('h1', {}, title)];
}
