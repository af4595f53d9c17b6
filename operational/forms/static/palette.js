// The search palette: one input over all records and pages; arrows choose, Enter goes.
import { ask, element, icon, word } from './words.js';

const dialog = document.getElementById('palette');
const input = dialog?.querySelector('input');
const results = dialog?.querySelector('.palette-results');
let waiting = null;
let asked = null;

function options() { return [...results.querySelectorAll('.palette-option')]; }

function choose(option) {
  options().forEach((one) => one.setAttribute('aria-selected', String(one === option)));
  if (option) {
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  } else input.removeAttribute('aria-activedescendant');
}

function draw(groups) {
  results.replaceChildren();
  let number = 0;
  for (const group of groups) {
    const box = element('div');
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', group.label);
    const title = element('div', 'palette-group', group.label);
    title.setAttribute('aria-hidden', 'true');
    box.append(title);
    for (const hit of group.hits) {
      const option = element('a', 'palette-option');
      option.href = hit.address;
      option.id = `palette-${number++}`;
      option.tabIndex = -1;
      option.setAttribute('role', 'option');
      option.append(icon(hit.icon), element('span', '', hit.text), element('span', 'quiet small', hit.note));
      box.append(option);
    }
    results.append(box);
  }
  if (!number) results.append(element('div', 'palette-none', word('no_results')));
  choose(options()[0]);
}

async function search() {
  const text = input.value.trim();
  asked?.abort();
  asked = new AbortController();
  try {
    const groups = await ask(`/search?q=${encodeURIComponent(text)}`, { signal: asked.signal });
    if (input.value.trim() === text) draw(groups);
  } catch (error) {
    if (error.name !== 'AbortError') results.replaceChildren(element('div', 'palette-none', word('lookup_failed')));
  }
}

function keydown(event) {
  if (event.isComposing) return;
  const all = options();
  const at = all.findIndex((one) => one.getAttribute('aria-selected') === 'true');
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    choose(all[(at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length]);
    event.preventDefault();
  } else if (event.key === 'Enter') {
    all[at]?.click();
    event.preventDefault();
  }
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  document.querySelectorAll('dialog[open]').forEach((one) => one.close());
  dialog.showModal();
  input.select();
  search();
}

export function startPalette() {
  if (!dialog) return;
  document.querySelectorAll('[data-open-palette]').forEach((one) => one.addEventListener('click', openPalette));
  input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(search, 140); });
  input.addEventListener('keydown', keydown);
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
}
