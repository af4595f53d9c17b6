// Passing messages at the lower right; they go by themselves unless something in them can be pressed.
import { element, icon, word } from './words.js';

const SECONDS = 6;

function letGo(message) {
  setTimeout(() => { if (!message.matches(':hover, :focus-within')) message.remove(); else letGo(message); }, SECONDS * 1000);
}

export function toast(text, kind = 'good', address = '') {
  const message = element('div', `message ${kind}`);
  const said = element(address ? 'a' : 'div', '', text);
  if (address) Object.assign(said, { href: address, target: '_blank' });
  message.append(icon(kind === 'good' ? 'circle-check' : 'alert-circle'), said);
  document.querySelector('.toasts').replaceChildren(message);
  if (kind !== 'bad') letGo(message);
}

export function startToasts() {
  document.addEventListener('signed-out', () => toast(word('signed_out'), 'bad', '/login'));
  document.querySelectorAll('.toasts .message').forEach(letGo);
}
