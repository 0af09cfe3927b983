import { h } from './dom.js';
import { complain } from './notices.js';

const SAID_MS = 1_500;

/** A button that copies what `text` gives; `what` names it for those who don't see where it stands. */
export function copyButton(what, text) {
  const button = h(
    'button',
    { type: 'button', class: 'small', 'aria-label': `Copy ${what}` },
    'Copy',
  );
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(await text());
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), SAID_MS);
    } catch (error) {
      complain(error);
    }
  });
  return button;
}
