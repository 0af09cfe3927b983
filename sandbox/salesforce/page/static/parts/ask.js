import { h, newId } from './dom.js';

/** Asks before something is done that can't be taken back; true when it shall be done. */
export function ask(question, action) {
  return new Promise((resolve) => {
    const id = newId('question');
    const dialog = h(
      'dialog',
      { 'aria-labelledby': id },
      h('p', { id }, question),
      h(
        'form',
        { method: 'dialog', class: 'tools' },
        h('button', { value: 'yes', class: 'danger' }, action),
        h('button', { value: 'no', autofocus: true }, 'Cancel'),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
