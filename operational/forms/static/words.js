// The texts of the page in the person's language, and small ways to make elements and to ask the server.
const texts = JSON.parse(document.getElementById('words')?.textContent || '{}');

export function word(name, values = {}) {
  return (texts[name] || name).replace(/\{(\w+)\}/g, (_, one) => values[one] ?? '');
}

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const sprite = document.querySelector('.icon use')?.getAttribute('href').split('#')[0] || '';

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

export async function ask(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: 'application/json', 'X-CSRF-Token': document.body.dataset.csrf }, ...options });
  // Never a reload: it would throw away what stands unsaved on the page (toasts.js says what to do).
  if (answer.status === 401) document.dispatchEvent(new Event('signed-out'));
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
